package dev.sluice.operator.resolve.backend;

import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Resolves Services and what is behind them.
final class Services {

    /// By which a slice says whose endpoints it holds.
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    /// The protocols that Envoy would have to speak over TLS, which it does to no Service yet.
    private static final Set<String> TLS_PROTOCOLS = Set.of("https", "kubernetes.io/wss");

    private final Resources resources;

    Services(Resources resources) {
        this.resources = resources;
    }

    boolean exists(String namespace, String name) {
        return Resources.find(resources.all(Service.class), namespace, name).isPresent();
    }

    Resolution<Backend.PlainService> resolve(String namespace, String name, @Nullable Integer number) {
        Optional<Service> found = Resources.find(resources.all(Service.class), namespace, name);
        if (found.isEmpty()) {
            return new Resolution.Missing<>("Service " + namespace + "/" + name + " does not exist");
        }
        Service service = found.get();
        if ("ExternalName".equals(service.getSpec().getType())) {
            return new Resolution.Forbidden<>("Service " + name
                    + " is of type ExternalName, which is not followed; name a Service with endpoints");
        }
        if (number == null) {
            return new Resolution.Missing<>("a reference to Service " + name + " needs a port");
        }
        return Resources.orEmpty(service.getSpec().getPorts()).stream()
                .filter(port -> number.equals(port.getPort()))
                .findFirst()
                .<Resolution<Backend.PlainService>>map(port -> at(service, port))
                .orElseGet(() -> new Resolution.Missing<>("Service " + name + " has no port " + number));
    }

    private Resolution<Backend.PlainService> at(Service service, ServicePort port) {
        if (port.getAppProtocol() != null && TLS_PROTOCOLS.contains(port.getAppProtocol())) {
            return new Resolution.Unsupported<>("port %d of Service %s has appProtocol %s, which is not served"
                    .formatted(port.getPort(), service.getMetadata().getName(), port.getAppProtocol()));
        }
        return new Resolution.Complete<>(behind(service, port));
    }

    private Backend.PlainService behind(Service service, ServicePort port) {
        String namespace = service.getMetadata().getNamespace();
        Map<String, String> selector =
                Objects.requireNonNullElse(service.getSpec().getSelector(), Map.of());
        if (!selector.isEmpty()) {
            return new Backend.PlainService(
                    service,
                    port,
                    pods(namespace, labels -> labels.entrySet().containsAll(selector.entrySet())),
                    List.of());
        }
        String name = service.getMetadata().getName();
        List<EndpointSlice> slices = resources.all(EndpointSlice.class).stream()
                .filter(slice -> namespace.equals(slice.getMetadata().getNamespace()))
                .filter(slice -> slice.getMetadata().getLabels() != null
                        && name.equals(slice.getMetadata().getLabels().get(SERVICE_NAME)))
                .sorted(Resources.OLDEST_FIRST)
                .toList();
        return new Backend.PlainService(service, port, List.of(), slices);
    }

    List<Pod> pods(String namespace, Predicate<Map<String, String>> selector) {
        return resources.all(Pod.class).stream()
                .filter(pod -> namespace.equals(pod.getMetadata().getNamespace()))
                .filter(pod -> pod.getMetadata().getLabels() != null
                        && selector.test(pod.getMetadata().getLabels()))
                .sorted(Resources.OLDEST_FIRST)
                .toList();
    }
}
