package dev.sluice.picker.signals.prometheus;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The endpoints of a series, by its labels: `instance` names an endpoint as `ip:port`; otherwise the pod's
/// label names all endpoints of the pod.
final class EndpointLookup {
    private final String namespace;
    private final String podLabel;
    private final Map<String, List<Endpoint>> byAddress = new HashMap<>();
    private final Map<String, List<Endpoint>> byPod;

    EndpointLookup(PoolSnapshot pool, String podLabel) {
        this.namespace = pool.id().namespace();
        this.podLabel = podLabel;
        pool.endpoints().forEach(endpoint -> byAddress.put(endpoint.address(), List.of(endpoint)));
        this.byPod = pool.endpoints().stream()
                .collect(Collectors.groupingBy(endpoint -> endpoint.id().pod()));
    }

    List<Endpoint> of(PrometheusSample sample) {
        List<Endpoint> at = byAddress.get(sample.label("instance"));
        if (at != null) {
            return at;
        }
        String in = sample.label("namespace");
        return in.isEmpty() || in.equals(namespace) ? byPod.getOrDefault(sample.label(podLabel), List.of()) : List.of();
    }
}
