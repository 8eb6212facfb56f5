package dev.sluice.operator.resolve;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.Backend.PickerService;
import dev.sluice.operator.resolve.Installation.SharedPicker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Resolves the endpoint pickers of pools: the one that a pool names, or else the installation's.
final class Pickers {

    private final Services services;
    private final @Nullable SharedPicker shared;

    Pickers(Services services, @Nullable SharedPicker shared) {
        this.services = services;
        this.shared = shared;
    }

    Resolution<PickerService> of(InferencePool pool) {
        EndpointPickerRef ref = pool.getSpec().endpointPickerRef();
        String namespace = pool.getMetadata().getNamespace();
        if (ref != null) {
            return named(namespace, ref);
        }
        return shared == null
                ? new Resolution.Missing<>("the pool has no endpointPickerRef")
                : at(home(shared, namespace), shared.service(), shared.port(), true);
    }

    private Resolution<PickerService> named(String namespace, EndpointPickerRef ref) {
        if (!ref.group().isEmpty() || !ref.kind().equals("Service")) {
            return new Resolution.Unsupported<>("endpoint pickers of kind " + ref.kind() + " are not served");
        }
        Integer port = ref.port() == null ? null : ref.port().number();
        boolean own = shared != null
                && port != null
                && ref.name().equals(shared.service())
                && port == shared.port()
                && namespace.equals(home(shared, namespace));
        return at(namespace, ref.name(), port, own);
    }

    private Resolution<PickerService> at(
            String namespace, String name, @Nullable Integer port, boolean ofInstallation) {
        return switch (services.resolve(namespace, name, port)) {
            case Resolution.Complete<Backend.PlainService>(Backend.PlainService service) ->
                new Resolution.Complete<>(new PickerService(service, ofInstallation));
            case Resolution.Missing<Backend.PlainService>(String reason) -> new Resolution.Missing<>(reason);
            case Resolution.Forbidden<Backend.PlainService>(String reason) -> new Resolution.Forbidden<>(reason);
            case Resolution.Conflict<Backend.PlainService>(String reason) -> new Resolution.Conflict<>(reason);
            case Resolution.Unsupported<Backend.PlainService>(String reason) -> new Resolution.Unsupported<>(reason);
        };
    }

    private static String home(SharedPicker shared, String namespace) {
        return Objects.requireNonNullElse(shared.namespace(), namespace);
    }
}
