package dev.sluice.picker.catalog;

import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rewrites of a pool's model names that no InferenceModel publishes.
///
/// @param exact by the name that the client sent
/// @param others for all other names, and for requests without one; empty when they go on as they came
public record Rewrites(Map<ModelName, List<WeightedTarget>> exact, List<WeightedTarget> others) {
    public static final Rewrites NONE = new Rewrites(Map.of(), List.of());

    public Rewrites {
        exact = Map.copyOf(exact);
        others = List.copyOf(others);
    }

    /// @return null when the name goes on as it came
    @Nullable
    Target target(ModelName requested, long seed) {
        List<WeightedTarget> targets = exact.getOrDefault(requested, others);
        return targets.isEmpty()
                ? null
                : new Target(requested, WeightedTarget.choose(targets, seed).served(), null);
    }

    /// The model of requests that name none, or null when there is none.
    @Nullable
    ModelName unnamed(long seed) {
        return others.isEmpty() ? null : WeightedTarget.choose(others, seed).served();
    }
}
