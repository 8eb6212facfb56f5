package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A pool whose requests another gateway brings, one that supports InferencePools itself. It comes to the picker by the
/// Service that the pool names, and does not say there which pool a request is for: each pool needs a Service of its
/// own.
public record NativePool(InferencePool pool, Access access) {

    /// The length that a label can carry.
    private static final int LONGEST_NAME = 63;

    /// The access of the gateway to the picker.
    public sealed interface Access {

        /// By a Service that is made for the pool.
        ///
        /// @param port of the Service
        record OwnService(String name, int port) implements Access {}

        /// By the Service of a picker that works for this pool only.
        record OwnPicker() implements Access {}

        /// Not at all, for what stands in a field of the pool.
        record Impossible(String reason) implements Access {}
    }

    /// All of them, the oldest first; none where the installation runs no picker.
    public static List<NativePool> all(Resources resources, Installation installation) {
        SharedPicker picker = installation.picker();
        if (picker == null || installation.standalone()) {
            return List.of();
        }
        Policies policies = new Policies(resources.all(InferencePoolPolicy.class));
        Set<String> services = new HashSet<>();
        return resources.all(InferencePool.class).stream()
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null && policies.isNative(pool))
                .sorted(Resources.OLDEST_FIRST)
                .map(pool -> new NativePool(pool, access(pool, picker, services)))
                .toList();
    }

    /// @param services those that older pools have, `namespace/name`; gets this one's
    private static Access access(InferencePool pool, SharedPicker picker, Set<String> services) {
        EndpointPickerRef ref = pool.getSpec().endpointPickerRef();
        if (ref == null || !ref.namesService() || ref.port() == null) {
            return new Access.Impossible("spec.endpointPickerRef: another gateway needs a Service and its port");
        }
        String namespace = pool.getMetadata().getNamespace();
        if (picker.serviceFor(pool).equals(ref.name())
                && picker.namespaceFor(pool).equals(namespace)) {
            return ofPickersOwnService(ref, picker);
        }
        if (pool.getMetadata().getName().length() > LONGEST_NAME) {
            return new Access.Impossible("metadata.name: no label can carry more than 63 characters");
        }
        return services.add(namespace + "/" + ref.name())
                ? new Access.OwnService(ref.name(), ref.port().number())
                : new Access.Impossible(
                        "spec.endpointPickerRef.name: an older pool has the Service " + ref.name() + " for itself");
    }

    private static Access ofPickersOwnService(EndpointPickerRef ref, SharedPicker picker) {
        if (!picker.isOfOnePool()) {
            return new Access.Impossible("spec.endpointPickerRef.name: the Service " + ref.name()
                    + " is for several pools; name one that does not exist, and it is made for this pool");
        }
        return ref.port() != null && ref.port().number() == picker.port()
                ? new Access.OwnPicker()
                : new Access.Impossible(
                        "spec.endpointPickerRef.port: the picker's Service " + ref.name() + " has " + picker.port());
    }
}
