package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.backend.Backend.PickerService;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Resolves the endpoint pickers of pools: the one that a pool names, or else the installation's.
final class PickerResolver {

    private final Services services;
    private final Installation installation;

    PickerResolver(Services services, Installation installation) {
        this.services = services;
        this.installation = installation;
    }

    Resolution<PickerService> of(InferencePool pool) {
        EndpointPickerRef ref = pool.getSpec().endpointPickerRef();
        SharedPicker shared = installation.picker();
        if (ref == null) {
            return shared == null
                    ? new Resolution.Missing<>("the pool has no endpointPickerRef")
                    : at(shared.namespaceFor(pool), shared.serviceFor(pool), shared.port(), true);
        }
        if (!ref.namesService()) {
            return new Resolution.Unsupported<>(
                    "endpoint pickers of kind " + ref.kind() + " are not served; name a Service");
        }
        return at(
                pool.getMetadata().getNamespace(),
                ref.name(),
                ref.port() == null ? null : ref.port().number(),
                installation.picksFor(pool));
    }

    private Resolution<PickerService> at(String namespace, String name, @Nullable Integer port, boolean shared) {
        Resolution<Backend.PlainService> resolved = services.resolve(namespace, name, port);
        if (shared
                && port != null
                && resolved instanceof Resolution.Missing<Backend.PlainService> _
                && !services.exists(namespace, name)) {
            return new Resolution.Complete<>(new PickerService(absent(namespace, name, port), true, false));
        }
        return switch (resolved) {
            case Resolution.Complete<Backend.PlainService>(Backend.PlainService service) ->
                new Resolution.Complete<>(new PickerService(service, shared, true));
            case Resolution.Missing<Backend.PlainService>(String reason) -> new Resolution.Missing<>(reason);
            case Resolution.Forbidden<Backend.PlainService>(String reason) -> new Resolution.Forbidden<>(reason);
            case Resolution.Conflict<Backend.PlainService>(String reason) -> new Resolution.Conflict<>(reason);
            case Resolution.Unsupported<Backend.PlainService>(String reason) -> new Resolution.Unsupported<>(reason);
        };
    }

    private static Backend.PlainService absent(String namespace, String name, int port) {
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(port)
                .endPort()
                .endSpec()
                .build();
        return new Backend.PlainService(service, service.getSpec().getPorts().getFirst(), List.of(), List.of());
    }
}
