package dev.sluice.picker.catalog;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.request.ModelListing;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The models each pool publishes. A pool without any passes every model name through.
public final class Catalog {
    public static final Catalog EMPTY = new Catalog(Map.of());

    private final Map<PoolId, Map<ModelName, PublishedModel>> pools;
    private final Map<PoolId, Rewrites> rewrites;
    private final Map<PoolId, Priorities> priorities;

    public Catalog(Map<PoolId, List<PublishedModel>> models) {
        this(models, Map.of());
    }

    public Catalog(Map<PoolId, List<PublishedModel>> models, Map<PoolId, Rewrites> rewrites) {
        this(models, rewrites, Map.of());
    }

    public Catalog(
            Map<PoolId, List<PublishedModel>> models,
            Map<PoolId, Rewrites> rewrites,
            Map<PoolId, Priorities> priorities) {
        this.priorities = Map.copyOf(priorities);
        this.rewrites = Map.copyOf(rewrites);
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

    /// The meaning of a model name on a route.
    ///
    /// A route over several pools has chosen this pool by its weights. So a model that the pool publishes
    /// is served there, though other pools of the route may publish it too.
    ///
    /// @param seed uniformly distributed; decides between the weighted targets of rewrites
    public Resolution resolve(RoutePools route, ModelName requested, long seed) {
        List<PoolId> movable = route.movable();
        Map<ModelName, PublishedModel> published = pools.getOrDefault(route.pool(), Map.of());
        PublishedModel model = published.get(requested);
        if (model != null) {
            return movable.isEmpty() || movable.contains(route.pool())
                    ? new Resolution.Resolved(model)
                    : among(route, model);
        }
        PublishedModel elsewhere = oldest(movable, requested);
        if (elsewhere != null) {
            return among(route, elsewhere);
        }
        Target rewritten = rewrites.getOrDefault(route.pool(), Rewrites.NONE).target(requested, seed);
        if (rewritten != null) {
            return new Resolution.PassedThrough(rewritten);
        }
        return published.isEmpty()
                ? new Resolution.PassedThrough(Target.asIs(requested))
                : new Resolution.Unpublished(
                        requested,
                        listed(route).stream().map(ModelListing::name).toList());
    }

    /// The meaning of a name in a request that also says which model the engine is to see. That counts where
    /// the route passes names through or publishes that model, as a name or as a target; elsewhere it is not
    /// heard.
    ///
    /// @param served the model that the engine is to see, or null
    public Resolution resolve(RoutePools route, ModelName requested, @Nullable ModelName served, long seed) {
        if (served == null) {
            return resolve(route, requested, seed);
        }
        return switch (resolve(route, served, seed)) {
            case Resolution.PassedThrough _ -> new Resolution.PassedThrough(new Target(requested, served, null));
            case Resolution.Resolved(PublishedModel model) ->
                new Resolution.Resolved(model.requestedAs(requested, seed));
            case Resolution.Movable(PublishedModel model, List<PoolBinding> bindings) ->
                new Resolution.Movable(model.requestedAs(requested, seed), bindings);
            case Resolution.Unpublished _ -> {
                Target target = publishedTarget(route.pool(), requested, served);
                yield target == null ? resolve(route, requested, seed) : new Resolution.PassedThrough(target);
            }
        };
    }

    /// The target of that name, of the model of that name or of any other that the pool publishes.
    private @Nullable Target publishedTarget(PoolId pool, ModelName requested, ModelName served) {
        PublishedModel own = find(pool, requested);
        return Stream.concat(Stream.ofNullable(own), models(pool).stream())
                .flatMap(model -> model.targets().stream())
                .filter(way -> way.served().equals(served))
                .findFirst()
                .map(way -> new Target(requested, way.served(), way.adapter()))
                .orElse(null);
    }

    /// A pool of the route publishes models, or its own serves some under other names.
    public boolean namesMatter(RoutePools route) {
        return pools.containsKey(route.pool())
                || !Rewrites.NONE.equals(rewrites.getOrDefault(route.pool(), Rewrites.NONE))
                || route.movable().stream().anyMatch(pools::containsKey);
    }

    /// The priority of a request.
    ///
    /// @param objective as the client names it, or empty
    /// @param model null where it is not seen
    public Priority priority(PoolId pool, String objective, @Nullable ModelName model) {
        return priorities.getOrDefault(pool, Priorities.NONE).of(objective, model);
    }

    /// The running requests that requests of a priority may preempt where their pool has no capacity.
    public Preempts preempts(PoolId pool, Priority priority) {
        return priorities.getOrDefault(pool, Priorities.NONE).preempts(priority);
    }

    /// The latencies that a request should see.
    ///
    /// @param asked what the client asks for
    /// @param model null where it is not seen
    public Objectives objectives(PoolId pool, Objectives asked, @Nullable ModelName model) {
        return priorities.getOrDefault(pool, Priorities.NONE).objectives(asked, model);
    }

    /// The fairness weight of a model, whose requests without a tenant are charged to it.
    public int fairnessWeight(PoolId pool, @Nullable ModelName model) {
        return model == null
                ? 1
                : priorities.getOrDefault(pool, Priorities.NONE).weight(model);
    }

    /// The model of requests that name none, or null when they cannot be served.
    public @Nullable ModelName unnamed(PoolId pool, long seed) {
        return rewrites.getOrDefault(pool, Rewrites.NONE).unnamed(seed);
    }

    private Resolution among(RoutePools route, PublishedModel model) {
        PoolId pool = route.pool();
        List<PoolBinding> bindings = model.bindings().stream()
                .filter(binding ->
                        binding.pool().equals(pool) || route.movable().contains(binding.pool()))
                .filter(binding -> model.equals(find(binding.pool(), model.name())))
                .toList();
        boolean stays = bindings.isEmpty()
                || (bindings.size() == 1 && bindings.getFirst().pool().equals(pool));
        return stays ? new Resolution.Resolved(model) : new Resolution.Movable(model, bindings);
    }

    /// The oldest published model of a name, where InferenceModels publish it in several pools.
    private @Nullable PublishedModel oldest(List<PoolId> of, ModelName name) {
        return of.stream()
                .flatMap(each -> Stream.ofNullable(find(each, name)))
                .min(Comparator.comparingLong(PublishedModel::created))
                .orElse(null);
    }

    private @Nullable PublishedModel find(PoolId pool, ModelName name) {
        return pools.getOrDefault(pool, Map.of()).get(name);
    }

    /// The tokenizer of a model's prompts, or null when it is not known.
    public @Nullable TokenizerSource tokenizer(PoolId pool, ModelName requested) {
        PublishedModel model = find(pool, requested);
        return model == null ? null : model.tokenizer();
    }

    /// The names that any pool publishes.
    public Set<ModelName> published() {
        return pools.values().stream().flatMap(each -> each.keySet().stream()).collect(Collectors.toUnmodifiableSet());
    }

    /// The names that a pool publishes, sorted; empty when it passes every name through.
    public Set<ModelName> published(PoolId pool) {
        return new TreeSet<>(pools.getOrDefault(pool, Map.of()).keySet());
    }

    /// The models that a pool publishes, sorted by their names.
    public Collection<PublishedModel> models(PoolId pool) {
        return List.copyOf(pools.getOrDefault(pool, Map.of()).values());
    }

    /// The models that a route publishes, each name once and sorted; empty when it passes every name through.
    public List<ModelListing> listed(RoutePools route) {
        Map<ModelName, ModelListing> listed = new TreeMap<>();
        Stream.concat(Stream.of(route.pool()), route.movable().stream())
                .flatMap(each -> models(each).stream())
                .forEach(model -> listed.merge(
                        model.name(),
                        new ModelListing(model.name(), model.created()),
                        (one, other) -> one.created() <= other.created() ? one : other));
        return List.copyOf(listed.values());
    }
}
