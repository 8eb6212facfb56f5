package dev.sluice.operator.plan;

import dev.sluice.api.v1.AppProtocol;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.ResponseProcessing;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Picker;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Protocol;
import dev.sluice.operator.resolve.Readiness;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// The addresses of a pool: of every ready pod, each port.
final class PoolAddresses {

    /// A pod's own list of the pool's ports that it serves; the second is the older name.
    private static final List<String> ACTIVE_PORTS =
            List.of("llm-d.ai/active-ports", "inference.networking.k8s.io/active-ports");

    private PoolAddresses() {}

    static Pool pool(Backend.ResolvedPool backend, Picker picker) {
        InferencePool pool = backend.pool();
        List<Address> endpoints = backend.pods().stream()
                .filter(Readiness::isReady)
                .flatMap(pod -> pool.getSpec().targetPorts().stream()
                        .map(Port::number)
                        .filter(port -> isActive(pod, port))
                        .map(port -> new Address(pod.getStatus().getPodIP(), port)))
                .distinct()
                .toList();
        return new Pool(
                Resources.name(pool),
                pool.getSpec().appProtocol() == AppProtocol.H2C ? Protocol.H2C : Protocol.HTTP1,
                endpoints,
                picker,
                backend.failsOpen(),
                backend.policy().responseProcessing() == ResponseProcessing.HEADERS);
    }

    private static boolean isActive(Pod pod, int port) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        if (annotations == null) {
            return true;
        }
        return ACTIVE_PORTS.stream()
                .map(annotations::get)
                .filter(Objects::nonNull)
                .findFirst()
                .map(list -> ports(list).contains(Integer.toString(port)))
                .orElse(true);
    }

    private static Set<String> ports(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).collect(Collectors.toSet());
    }
}
