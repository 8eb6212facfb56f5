package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Protocol;
import dev.sluice.operator.plan.Plan.ServiceBackend;
import dev.sluice.operator.resolve.Readiness;
import dev.sluice.operator.resolve.backend.Backend.PlainService;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The addresses behind a port of a Service: of its ready pods, or of the slices of one that selects none.
final class ServiceEndpoints {

    private static final String H2C = "kubernetes.io/h2c";

    private ServiceEndpoints() {}

    /// Every protocol but HTTP/2 starts as HTTP/1.1, a WebSocket too.
    static ServiceBackend backend(PlainService service) {
        Protocol protocol = H2C.equals(service.port().getAppProtocol()) ? Protocol.H2C : Protocol.HTTP1;
        return new ServiceBackend(name(service), protocol, of(service));
    }

    static String name(PlainService service) {
        return Resources.name(service.service()) + ":" + service.port().getPort();
    }

    static List<Address> of(PlainService service) {
        Stream<Address> ofPods = service.pods().stream()
                .filter(Readiness::isReady)
                .flatMap(pod ->
                        targetPort(service, pod)
                                .map(port -> new Address(pod.getStatus().getPodIP(), port))
                                .stream());
        Stream<Address> ofSlices = service.slices().stream().flatMap(slice -> addresses(service, slice));
        return Stream.concat(ofPods, ofSlices).distinct().toList();
    }

    /// The port of the pod that a Service's port leads to: the same number, another one, or that of a named port.
    private static Optional<Integer> targetPort(PlainService service, Pod pod) {
        IntOrString target = service.port().getTargetPort();
        if (target == null) {
            return Optional.of(service.port().getPort());
        }
        if (target.getIntVal() != null) {
            return Optional.of(target.getIntVal());
        }
        return pod.getSpec() == null
                ? Optional.empty()
                : pod.getSpec().getContainers().stream()
                        .flatMap(container -> Resources.orEmpty(container.getPorts()).stream())
                        .filter(port -> target.getStrVal().equals(port.getName()))
                        .map(port -> port.getContainerPort())
                        .findFirst();
    }

    /// A slice's port belongs to the Service's port of the same name; where there is but one, it may have none.
    private static Stream<Address> addresses(PlainService service, EndpointSlice slice) {
        String name = Objects.requireNonNullElse(service.port().getName(), "");
        return Resources.orEmpty(slice.getPorts()).stream()
                .filter(port -> name.equals(Objects.requireNonNullElse(port.getName(), "")) && port.getPort() != null)
                .flatMap(port -> Resources.orEmpty(slice.getEndpoints()).stream()
                        .filter(ServiceEndpoints::isReady)
                        .flatMap(endpoint -> endpoint.getAddresses().stream())
                        .map(address -> new Address(address, port.getPort())));
    }

    /// An endpoint that is not said to be unready counts as ready.
    private static boolean isReady(Endpoint endpoint) {
        return endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }
}
