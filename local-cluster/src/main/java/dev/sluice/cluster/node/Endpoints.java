package dev.sluice.cluster.node;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/// The pods behind a Service that may get a connection now.
record Endpoints(SharedIndexInformer<Pod> pods) {
    /// An address by chance.
    Optional<InetSocketAddress> choose(Service service, ServicePort port) {
        boolean unready = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        List<Pod> candidates =
                pods
                        .getIndexer()
                        .byIndex(Cache.NAMESPACE_INDEX, service.getMetadata().getNamespace())
                        .stream()
                        .filter(pod -> matches(pod, service.getSpec().getSelector()))
                        .filter(pod -> unready || isReady(pod))
                        .filter(pod -> port(pod, port).isPresent())
                        .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Pod chosen = candidates.get(ThreadLocalRandom.current().nextInt(candidates.size()));
        return Optional.of(new InetSocketAddress(
                InetAddress.ofLiteral(chosen.getStatus().getPodIP()),
                port(chosen, port).getAsInt()));
    }

    private static boolean matches(Pod pod, Map<String, String> selector) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(selector.entrySet());
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    private static OptionalInt port(Pod pod, ServicePort port) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return OptionalInt.of(port.getPort());
        }
        if (target.getIntVal() != null) {
            return OptionalInt.of(target.getIntVal());
        }
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(candidate -> target.getStrVal().equals(candidate.getName()))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst();
    }
}
