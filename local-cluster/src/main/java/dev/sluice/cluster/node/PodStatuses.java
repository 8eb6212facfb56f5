package dev.sluice.cluster.node;

import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A pod's status from what its containers report.
final class PodStatuses {
    private final String address;
    private final String nodeAddress;
    private final List<ContainerReport> init;
    private final List<ContainerReport> containers;
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, PodCondition> conditions = new HashMap<>();

    PodStatuses(String address, String nodeAddress, List<ContainerReport> init, List<ContainerReport> containers) {
        this.address = address;
        this.nodeAddress = nodeAddress;
        this.init = List.copyOf(init);
        this.containers = List.copyOf(containers);
    }

    synchronized PodStatus status() {
        String phase = phase();
        boolean succeeded = phase.equals("Succeeded");
        boolean initialized = init.stream().allMatch(ContainerReport::hasSucceeded);
        boolean ready = initialized && containers.stream().allMatch(ContainerReport::isReady);
        @Nullable String unready = ready ? null : succeeded ? "PodCompleted" : "ContainersNotReady";
        return new PodStatusBuilder()
                .withPhase(phase)
                .withHostIP(nodeAddress)
                .withHostIPs(new HostIP(nodeAddress))
                .withPodIP(address)
                .withPodIPs(new PodIP(address))
                .withStartTime(begin.toString())
                .withConditions(
                        condition("PodScheduled", true, null),
                        condition("PodReadyToStartContainers", true, null),
                        condition("Initialized", initialized, initialized ? null : "ContainersNotInitialized"),
                        condition("ContainersReady", ready, unready),
                        condition("Ready", ready, unready))
                .withInitContainerStatuses(
                        init.stream().map(ContainerReport::status).toList())
                .withContainerStatuses(
                        containers.stream().map(ContainerReport::status).toList())
                .build();
    }

    private String phase() {
        if (init.stream().anyMatch(report -> report.isFinished() && !report.hasSucceeded())) {
            return "Failed";
        }
        if (containers.stream().allMatch(ContainerReport::isFinished)) {
            return containers.stream().allMatch(ContainerReport::hasSucceeded) ? "Succeeded" : "Failed";
        }
        return containers.stream().allMatch(ContainerReport::isUnderWay) ? "Running" : "Pending";
    }

    /// Its time is that of its last change.
    private PodCondition condition(String type, boolean holds, @Nullable String reason) {
        String status = holds ? "True" : "False";
        PodCondition before = conditions.get(type);
        String since = before != null && before.getStatus().equals(status)
                ? before.getLastTransitionTime()
                : Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        PodCondition condition = new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withLastTransitionTime(since)
                .build();
        conditions.put(type, condition);
        return condition;
    }
}
