package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The pickers' ports that stand for one pool each. The Services remember them, so that a pool keeps its port whoever
/// leads.
final class NativePorts {

    /// On a Service: the picker's port that it leads to.
    static final String ANNOTATION = "sluice.dev/picker-port";

    private static final int FIRST = 9100;

    private final Map<String, Integer> ports = new HashMap<>();

    /// @param pools that need a port, the oldest first
    /// @param services of the cluster
    /// @param installation whose Services count
    NativePorts(List<InferencePool> pools, List<Service> services, String installation) {
        Set<Integer> taken = new HashSet<>();
        services.stream()
                .map(Service::getMetadata)
                .filter(service -> isOurs(service, installation))
                .sorted(Comparator.comparing(ObjectMeta::getCreationTimestamp))
                .forEach(service -> remember(service, taken));
        pools.forEach(pool -> ports.computeIfAbsent(Resources.name(pool), _ -> free(taken)));
    }

    int of(InferencePool pool) {
        return Objects.requireNonNull(ports.get(Resources.name(pool)));
    }

    private static boolean isOurs(ObjectMeta service, String installation) {
        return service.getLabels() != null
                && installation.equals(service.getLabels().get(Names.INSTALLATION))
                && Names.SLUICE.equals(service.getLabels().get(Names.MANAGED_BY))
                && service.getLabels().containsKey(Names.POOL)
                && service.getAnnotations() != null
                && service.getAnnotations().getOrDefault(ANNOTATION, "").matches("[0-9]{4,5}");
    }

    private void remember(ObjectMeta service, Set<Integer> taken) {
        int port = Integer.parseInt(service.getAnnotations().get(ANNOTATION));
        if (taken.add(port)) {
            ports.putIfAbsent(service.getNamespace() + "/" + service.getLabels().get(Names.POOL), port);
        }
    }

    private static int free(Set<Integer> taken) {
        int port = FIRST;
        while (!taken.add(port)) {
            port++;
        }
        return port;
    }
}
