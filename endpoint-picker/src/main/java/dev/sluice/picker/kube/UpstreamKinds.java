package dev.sluice.picker.kube;

import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.LegacyPoolRef;
import dev.sluice.api.upstream.LlmdObjective;
import dev.sluice.api.upstream.ModelRewrite;
import dev.sluice.api.upstream.Objective;
import dev.sluice.api.v1.AppProtocol;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolSpec;
import dev.sluice.api.v1.PodSelector;
import dev.sluice.api.v1.Port;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.catalog.Rewrites;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Priority;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Translates upstream's older kinds into today's.
final class UpstreamKinds {
    private UpstreamKinds() {}

    /// All pools; of two with one name in one namespace the stable group's counts.
    static List<InferencePool> pools(Resources resources) {
        Map<PoolId, InferencePool> pools = new LinkedHashMap<>();
        resources.all(InferencePool.class).forEach(pool -> pools.put(Publication.id(pool), pool));
        resources.all(LegacyInferencePool.class).stream()
                .map(UpstreamKinds::today)
                .forEach(pool -> pools.putIfAbsent(Publication.id(pool), pool));
        return List.copyOf(pools.values());
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(LegacyInferencePool pool) {
        Endpoints.check(today(pool));
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(LegacyInferenceModel model) {
        PoolId own = poolOf(model, model.getSpec().poolRef());
        models(own, List.of(model)).forEach(_ -> {});
        criticalities(own, List.of(model));
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(ModelRewrite rewrite) {
        rewrites(poolOf(rewrite, rewrite.getSpec().poolRef()), List.of(rewrite));
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(Objective objective) {
        objectives(poolOf(objective, objective.getSpec().poolRef()), List.of(objective));
    }

    private static PoolId poolOf(HasMetadata resource, LegacyPoolRef ref) {
        return new PoolId(resource.getMetadata().getNamespace(), ref.name());
    }

    private static InferencePool today(LegacyInferencePool legacy) {
        InferencePool pool = new InferencePool();
        pool.setMetadata(legacy.getMetadata());
        pool.setSpec(new InferencePoolSpec(
                new PodSelector(legacy.getSpec().selector()),
                List.of(new Port(legacy.getSpec().targetPortNumber())),
                AppProtocol.HTTP,
                null));
        return pool;
    }

    /// The models that a pool's older InferenceModels publish, the oldest first.
    static Stream<PublishedModel> models(PoolId pool, List<LegacyInferenceModel> models) {
        return models.stream()
                .filter(model -> isAbout(model, model.getSpec().poolRef(), pool))
                .sorted(Models.BY_AGE)
                .map(model -> today(pool, model));
    }

    private static PublishedModel today(PoolId pool, LegacyInferenceModel legacy) {
        ModelName name = new ModelName(legacy.getSpec().modelName());
        List<WeightedTarget> targets = legacy.getSpec().targetModels().stream()
                .map(target -> target(target.name(), target.weight()))
                .toList();
        return new PublishedModel(
                name,
                targets.isEmpty() ? List.of(new WeightedTarget(name, null, 1)) : targets,
                null,
                Models.created(legacy),
                List.of(new PoolBinding(pool, 0, 1)));
    }

    /// An exact rule goes before one for all; of two of a sort the older resource's, and in it the first.
    static Rewrites rewrites(PoolId pool, List<ModelRewrite> rewrites) {
        Map<ModelName, List<WeightedTarget>> exact = new HashMap<>();
        List<WeightedTarget> others = new ArrayList<>();
        rewrites.stream()
                .filter(rewrite -> isAbout(rewrite, rewrite.getSpec().poolRef(), pool))
                .sorted(Models.BY_AGE)
                .flatMap(rewrite -> rewrite.getSpec().rules().stream())
                .forEach(rule -> {
                    List<WeightedTarget> targets = rule.targets().stream()
                            .map(target -> target(target.modelRewrite(), target.weight()))
                            .toList();
                    if (rule.matches().stream().allMatch(match -> match.model() == null)) {
                        others.addAll(others.isEmpty() ? targets : List.of());
                    }
                    rule.matches().stream()
                            .map(ModelRewrite.Match::model)
                            .filter(Objects::nonNull)
                            .forEach(model -> exact.putIfAbsent(new ModelName(model.value()), targets));
                });
        return new Rewrites(exact, others);
    }

    /// The priorities that the pool's InferenceObjectives name; of two objectives with the same name the
    /// newer group's counts.
    static Map<String, Priority> objectives(PoolId pool, List<Objective> objectives) {
        return objectives.stream()
                .filter(each -> isAbout(each, each.getSpec().poolRef(), pool))
                .sorted(Comparator.comparingInt(each -> each instanceof LlmdObjective ? 0 : 1))
                .collect(Collectors.toMap(
                        each -> each.getMetadata().getName(),
                        each -> new Priority(
                                Objects.requireNonNullElse(each.getSpec().priority(), 0)),
                        (first, _) -> first));
    }

    /// The priorities that a pool's older InferenceModels name.
    static Map<ModelName, Priority> criticalities(PoolId pool, List<LegacyInferenceModel> models) {
        Map<ModelName, Priority> priorities = new HashMap<>();
        models.stream()
                .filter(model -> isAbout(model, model.getSpec().poolRef(), pool))
                .sorted(Models.BY_AGE)
                .forEach(model -> priorities.putIfAbsent(
                        new ModelName(model.getSpec().modelName()),
                        switch (Objects.requireNonNullElse(model.getSpec().criticality(), "Standard")) {
                            case "Critical" -> new Priority(1);
                            case "Sheddable" -> new Priority(-1);
                            default -> Priority.STANDARD;
                        }));
        return priorities;
    }

    /// A target with its weight: where some targets have a weight, targets without get nothing; where none
    /// has, all get the same.
    private static WeightedTarget target(String name, @Nullable Integer weight) {
        return new WeightedTarget(new ModelName(name), null, Objects.requireNonNullElse(weight, 0));
    }

    private static boolean isAbout(HasMetadata resource, LegacyPoolRef ref, PoolId pool) {
        return pool.namespace().equals(resource.getMetadata().getNamespace())
                && pool.name().equals(ref.name());
    }
}
