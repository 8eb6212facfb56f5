package dev.sluice.picker.kube;

import dev.sluice.picker.identity.PoolId;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gRPC ports that stand for one pool each, for gateways that cannot name pools: each Service of such a pool says
/// which port of the picker's it leads to.
final class PickerPorts {
    private static final Logger LOG = LoggerFactory.getLogger(PickerPorts.class);

    /// On a Service: the pool of its namespace that its streams are for.
    static final String POOL = "sluice.dev/pool";
    /// On a Service: the picker's port.
    static final String PORT = "sluice.dev/picker-port";

    private static final int MAX_PORT = 65_535;

    private PickerPorts() {}

    /// The pools by port; of Services with the same port the oldest counts.
    static Map<Integer, PoolId> of(Resources resources) {
        Map<Integer, PoolId> ports = new TreeMap<>();
        resources.all(Service.class).stream()
                .filter(service -> label(service.getMetadata()) != null)
                .filter(service -> annotation(service.getMetadata()) != null)
                .sorted(Models.BY_AGE.thenComparing(
                        Comparator.comparing(service -> service.getMetadata().getNamespace())))
                .forEach(service -> add(ports, service.getMetadata()));
        return Map.copyOf(ports);
    }

    private static void add(Map<Integer, PoolId> ports, ObjectMeta service) {
        String text = Objects.requireNonNull(annotation(service));
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > MAX_PORT) {
            LOG.atWarn()
                    .addKeyValue("service", service.getNamespace() + "/" + service.getName())
                    .addKeyValue(PORT, text)
                    .log(
                            "A Service with the label sluice.dev/pool names no port of the picker: set sluice.dev/picker-port");
            return;
        }
        ports.putIfAbsent(port, new PoolId(service.getNamespace(), Objects.requireNonNull(label(service))));
    }

    private static @Nullable String label(ObjectMeta service) {
        return service.getLabels() == null ? null : service.getLabels().get(POOL);
    }

    private static @Nullable String annotation(ObjectMeta service) {
        return service.getAnnotations() == null
                ? null
                : service.getAnnotations().get(PORT);
    }
}
