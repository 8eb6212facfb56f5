package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.PoolRef;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The bindings tell which InferenceModel has which name in which pool: the oldest that claims it.
public final class Bindings {

    private record PublishedName(String namespace, String pool, String name) {}

    private final Map<PublishedName, InferenceModel> holders = new HashMap<>();
    private final Map<String, SortedSet<String>> pools = new TreeMap<>();
    private final Map<String, SortedSet<String>> renamed = new HashMap<>();

    public Bindings(List<InferenceModel> models) {
        models.stream().sorted(Resources.OLDEST_FIRST).forEach(model -> {
            String namespace = model.getMetadata().getNamespace();
            for (PoolRef ref : model.getSpec().poolRefs()) {
                if (holders.putIfAbsent(claim(model, ref.name()), model) == null && isRenamed(model)) {
                    renamed.computeIfAbsent(namespace + "/" + ref.name(), _ -> new TreeSet<>())
                            .add(model.getSpec().modelName());
                }
                pools.computeIfAbsent(namespace, _ -> new TreeSet<>()).add(ref.name());
            }
        });
    }

    /// The older model that has this one's name in a pool; empty when this one has it.
    public Optional<InferenceModel> rival(InferenceModel model, String pool) {
        return Optional.ofNullable(holders.get(claim(model, pool))).filter(holder -> !isSame(holder, model));
    }

    /// The names of the pools of a namespace that serve published models, in order.
    public SortedSet<String> poolsOf(String namespace) {
        return pools.getOrDefault(namespace, new TreeSet<>());
    }

    /// The names of a pool's published models that its servers do not know as clients do, in order: requests for them
    /// come to an answer only by a picker, which renames them or divides them among targets.
    public SortedSet<String> renamedIn(String namespace, String pool) {
        return renamed.getOrDefault(namespace + "/" + pool, new TreeSet<>());
    }

    private static boolean isRenamed(InferenceModel model) {
        return model.getSpec().targets().stream()
                .map(ModelTarget::modelName)
                .anyMatch(name -> name != null && !name.equals(model.getSpec().modelName()));
    }

    private static boolean isSame(InferenceModel one, InferenceModel other) {
        return Resources.name(one).equals(Resources.name(other));
    }

    private static PublishedName claim(InferenceModel model, String pool) {
        return new PublishedName(
                model.getMetadata().getNamespace(), pool, model.getSpec().modelName());
    }
}
