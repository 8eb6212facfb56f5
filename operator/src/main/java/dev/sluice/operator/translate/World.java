package dev.sluice.operator.translate;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Set;

/// A moment of the cluster, and what was made of it.
///
/// @param kinds those that the API server knows
public record World(
        Set<Class<? extends HasMetadata>> kinds, Resources resources, List<ResolvedGateway> gateways, Plan plan) {

    public World {
        kinds = Set.copyOf(kinds);
        gateways = List.copyOf(gateways);
    }
}
