package dev.sluice.operator.resolve;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Resolves the backend references of routes.
final class Backends {

    /// By which a slice says whose endpoints it holds.
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Resources resources;

    Backends(Resources resources) {
        this.resources = resources;
    }

    Resolution<Backend> resolve(HTTPRoute route, HTTPBackendRef ref) {
        String group = Objects.requireNonNullElse(ref.getGroup(), "");
        String kind = Objects.requireNonNullElse(ref.getKind(), "Service");
        String from = route.getMetadata().getNamespace();
        String namespace = Objects.requireNonNullElse(ref.getNamespace(), from);
        if (!namespace.equals(from) && !granted(from, namespace, group, kind, ref.getName())) {
            return new Resolution.Forbidden<>("no ReferenceGrant in namespace " + namespace + " lets HTTPRoutes of "
                    + from + " refer to " + kind + " " + ref.getName());
        }
        if (group.equals(InferencePool.GROUP) && kind.equals(InferencePool.KIND)) {
            return pool(namespace, ref.getName());
        }
        if (group.isEmpty() && kind.equals("Service")) {
            return service(namespace, ref.getName(), ref.getPort());
        }
        return new Resolution.Unsupported<>("backends of kind " + kind + " in group '" + group + "' are not served");
    }

    private boolean granted(String from, String namespace, String group, String kind, String name) {
        return resources.all(ReferenceGrant.class).stream()
                .filter(grant -> grant.getMetadata().getNamespace().equals(namespace))
                .map(ReferenceGrant::getSpec)
                .anyMatch(grant -> grant.getFrom().stream()
                                .anyMatch(who -> "gateway.networking.k8s.io".equals(who.getGroup())
                                        && "HTTPRoute".equals(who.getKind())
                                        && from.equals(who.getNamespace()))
                        && grant.getTo().stream()
                                .anyMatch(what -> group.equals(Objects.requireNonNullElse(what.getGroup(), ""))
                                        && kind.equals(what.getKind())
                                        && (what.getName() == null || name.equals(what.getName()))));
    }

    private Resolution<Backend> pool(String namespace, String name) {
        Optional<InferencePool> found = find(resources.all(InferencePool.class), namespace, name);
        if (found.isEmpty()) {
            return new Resolution.Missing<>("InferencePool " + namespace + "/" + name + " does not exist");
        }
        InferencePool pool = found.get();
        return new Resolution.Complete<>(new Backend.Pool(
                pool,
                new Policies(resources.all(InferencePoolPolicy.class)).of(namespace, name),
                pods(namespace, pool.getSpec().selector()::matches),
                picker(namespace, pool.getSpec().endpointPickerRef())));
    }

    private Resolution<Backend.PickerService> picker(String namespace, @Nullable EndpointPickerRef ref) {
        if (ref == null) {
            return new Resolution.Missing<>("the pool has no endpointPickerRef");
        }
        if (!ref.group().isEmpty() || !ref.kind().equals("Service")) {
            return new Resolution.Unsupported<>("endpoint pickers of kind " + ref.kind() + " are not served");
        }
        Optional<Service> found = find(resources.all(Service.class), namespace, ref.name());
        if (found.isEmpty()) {
            return new Resolution.Missing<>("Service " + namespace + "/" + ref.name() + " does not exist");
        }
        if ("ExternalName".equals(found.get().getSpec().getType())) {
            return new Resolution.Forbidden<>("Service " + ref.name() + " is of type ExternalName");
        }
        Optional<ServicePort> port = ref.port() == null
                ? Optional.empty()
                : port(found.get(), ref.port().number());
        if (port.isEmpty()) {
            return new Resolution.Missing<>("Service " + ref.name() + " has no such port");
        }
        return new Resolution.Complete<>(new Backend.PickerService(behind(found.get(), port.get()), false));
    }

    private Resolution<Backend> service(String namespace, String name, @Nullable Integer number) {
        Optional<Service> found = find(resources.all(Service.class), namespace, name);
        if (found.isEmpty()) {
            return new Resolution.Missing<>("Service " + namespace + "/" + name + " does not exist");
        }
        Optional<ServicePort> port = number == null ? Optional.empty() : port(found.get(), number);
        if (port.isEmpty()) {
            return new Resolution.Missing<>("Service " + name + " has no port " + number);
        }
        return new Resolution.Complete<>(behind(found.get(), port.get()));
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
        List<EndpointSlice> slices = resources.all(EndpointSlice.class).stream()
                .filter(slice -> namespace.equals(slice.getMetadata().getNamespace()))
                .filter(slice -> slice.getMetadata().getLabels() != null
                        && service.getMetadata()
                                .getName()
                                .equals(slice.getMetadata().getLabels().get(SERVICE_NAME)))
                .sorted(Resolver.OLDEST_FIRST)
                .toList();
        return new Backend.PlainService(service, port, List.of(), slices);
    }

    private static Optional<ServicePort> port(Service service, int number) {
        return Resolver.orEmpty(service.getSpec().getPorts()).stream()
                .filter(port -> port.getPort() == number)
                .findFirst();
    }

    private List<Pod> pods(String namespace, Predicate<Map<String, String>> selector) {
        return resources.all(Pod.class).stream()
                .filter(pod -> namespace.equals(pod.getMetadata().getNamespace()))
                .filter(pod -> pod.getMetadata().getLabels() != null
                        && selector.test(pod.getMetadata().getLabels()))
                .sorted(Resolver.OLDEST_FIRST)
                .toList();
    }

    private static <T extends HasMetadata> Optional<T> find(List<T> objects, String namespace, String name) {
        return objects.stream()
                .filter(object -> namespace.equals(object.getMetadata().getNamespace())
                        && name.equals(object.getMetadata().getName()))
                .findFirst();
    }
}
