package dev.sluice.picker.catalog;

import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.TokenizerSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The models each pool publishes. A pool without any passes every model name through.
public final class Catalog {
    public static final Catalog EMPTY = new Catalog(Map.of());

    private final Map<PoolId, Map<ModelName, PublishedModel>> pools;

    public Catalog(Map<PoolId, List<PublishedModel>> models) {
        this.pools = models.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> byName(entry.getValue())));
    }

    private static Map<ModelName, PublishedModel> byName(List<PublishedModel> models) {
        return models.stream()
                .collect(Collectors.toMap(
                        PublishedModel::name,
                        Function.identity(),
                        (first, second) -> {
                            throw new IllegalArgumentException("model " + first.name() + " is published twice");
                        },
                        TreeMap::new));
    }

    /// @param seed uniformly distributed; decides between weighted targets
    public Resolution resolve(PoolId pool, ModelName requested, long seed) {
        Map<ModelName, PublishedModel> published = pools.get(pool);
        if (published == null) {
            return new Resolution.Resolved(Target.asIs(requested));
        }
        PublishedModel model = published.get(requested);
        if (model == null) {
            return new Resolution.Unpublished(requested, List.copyOf(published.keySet()));
        }
        WeightedTarget target = model.choose(seed);
        return new Resolution.Resolved(new Target(requested, target.served(), target.adapter()));
    }

    /// How the prompts of a model become tokens, or null when that is not known.
    public @Nullable TokenizerSource tokenizer(PoolId pool, ModelName requested) {
        Map<ModelName, PublishedModel> published = pools.get(pool);
        PublishedModel model = published == null ? null : published.get(requested);
        return model == null ? null : model.tokenizer();
    }

    /// The names that a pool publishes, sorted; empty when it passes every name through.
    public Set<ModelName> published(PoolId pool) {
        return new TreeSet<>(pools.getOrDefault(pool, Map.of()).keySet());
    }
}
