package dev.sluice.operator.status;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.InferencePoolStatus;
import dev.sluice.api.v1.ParentReference;
import dev.sluice.api.v1.ParentStatus;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.backend.Policies;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The status of InferencePools: an entry for each Gateway of ours with a route to the pool.
record PoolReport(Conditions conditions, Installation installation, Policies policies, PoolUses uses) {

    private static final int MOST_PARENTS = 32;

    /// Of a pool that another gateway serves, the status is that one's alone.
    InferencePoolStatus of(InferencePool resource) {
        List<ParentStatus> old =
                resource.getStatus() == null ? List.of() : resource.getStatus().parents();
        return new InferencePoolStatus(Entries.merge(
                old,
                policies.isNative(resource) ? List.of() : uses.of(resource),
                entry -> installation.controllerName().equals(entry.controllerName()),
                (entry, use) -> isAbout(entry.parentRef(), use.gateway(), resource),
                (entry, use) -> entry(resource, entry, use),
                MOST_PARENTS));
    }

    private ParentStatus entry(InferencePool resource, Optional<ParentStatus> old, PoolUses.Use use) {
        return new ParentStatus(
                conditions.replace(
                        old.map(ParentStatus::conditions).orElse(null),
                        List.of(accepted(resource, use), resolvedRefs(use)),
                        resource),
                new ParentReference(
                        "gateway.networking.k8s.io",
                        "Gateway",
                        use.gateway().getMetadata().getName(),
                        use.gateway().getMetadata().getNamespace()),
                installation.controllerName());
    }

    private Finding accepted(InferencePool pool, PoolUses.Use use) {
        if (!use.accepted()) {
            return Finding.fails(
                    Conditions.ACCEPTED,
                    "HTTPRouteNotAccepted",
                    "the Gateway accepts no route that refers to this pool; see the conditions of its HTTPRoutes");
        }
        return pool.getSpec().endpointPickerRef() == null && !installation.picksFor(pool)
                ? Finding.fails(
                        Conditions.ACCEPTED,
                        "EndpointPickerRefMissing",
                        "spec.endpointPickerRef: the pool names no picker, and the installation has none")
                : Finding.holds(Conditions.ACCEPTED, "Accepted", "the Gateway routes to this pool");
    }

    private static Finding resolvedRefs(PoolUses.Use use) {
        return switch (use.pool().picker()) {
            case Resolution.Complete<Backend.PickerService>(Backend.PickerService picker) ->
                picker.exists()
                        ? Finding.holds(Conditions.RESOLVED_REFS, "ResolvedRefs", "its endpoint picker exists")
                        : invalid("Service " + Resources.name(picker.service().service()) + " does not exist");
            case Resolution.Missing<Backend.PickerService>(String reason) -> invalid(reason);
            case Resolution.Forbidden<Backend.PickerService>(String reason) -> invalid(reason);
            case Resolution.Conflict<Backend.PickerService>(String reason) -> invalid(reason);
            case Resolution.Unsupported<Backend.PickerService>(String reason) -> invalid(reason);
        };
    }

    private static Finding invalid(String reason) {
        return Finding.fails(Conditions.RESOLVED_REFS, "InvalidExtensionRef", reason);
    }

    private static boolean isAbout(ParentReference ref, Gateway gateway, InferencePool pool) {
        return ref.kind().equals("Gateway")
                && ref.group().equals("gateway.networking.k8s.io")
                && ref.name().equals(gateway.getMetadata().getName())
                && Objects.requireNonNullElse(
                                ref.namespace(), pool.getMetadata().getNamespace())
                        .equals(gateway.getMetadata().getNamespace());
    }
}
