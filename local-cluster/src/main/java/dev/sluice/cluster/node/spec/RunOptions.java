package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Options of podman for what a container's manifest says of rights, resources and volumes.
///
/// Not here: seccomp profiles other than podman's, groups of volumes, limits of processors and of emptyDirs.
public record RunOptions(Volumes volumes) {
    private static final PodSecurityContext NOTHING_SAID_BY_POD = new PodSecurityContextBuilder().build();
    private static final SecurityContext NOTHING_SAID = new SecurityContextBuilder().build();

    public List<String> of(Container container) {
        List<String> options = new ArrayList<>();
        options.add("--hostname=" + volumes.pod().getMetadata().getName());
        options.addAll(labels(container));
        options.addAll(rights(Objects.requireNonNullElse(container.getSecurityContext(), NOTHING_SAID)));
        Quantity memory = memory(container);
        if (memory != null) {
            String bytes = memory.getNumericalAmount().toBigInteger().toString();
            options.add("--memory=" + bytes);
            // All of it: nothing is swapped.
            options.add("--memory-swap=" + bytes);
        }
        for (VolumeMount mount : container.getVolumeMounts()) {
            options.add("--volume=%s:%s:%s"
                    .formatted(volumes.source(mount), Volumes.path(mount), volumes.isReadOnly(mount) ? "ro" : "rw"));
        }
        return options;
    }

    /// The same labels as a kubelet gives.
    private List<String> labels(Container container) {
        return List.of(
                "--label=io.kubernetes.pod.namespace="
                        + volumes.pod().getMetadata().getNamespace(),
                "--label=io.kubernetes.pod.name=" + volumes.pod().getMetadata().getName(),
                "--label=io.kubernetes.container.name=" + container.getName());
    }

    private List<String> rights(SecurityContext own) {
        PodSecurityContext shared =
                Objects.requireNonNullElse(volumes.pod().getSpec().getSecurityContext(), NOTHING_SAID_BY_POD);
        List<String> options = new ArrayList<>();
        Long user = firstSaid(own.getRunAsUser(), shared.getRunAsUser());
        Long group = firstSaid(own.getRunAsGroup(), shared.getRunAsGroup());
        if (user != null) {
            options.add("--user=" + (group == null ? user : user + ":" + group));
        }
        if (Boolean.TRUE.equals(own.getReadOnlyRootFilesystem())) {
            options.addAll(List.of("--read-only", "--read-only-tmpfs=false"));
        }
        if (Boolean.FALSE.equals(own.getAllowPrivilegeEscalation())) {
            options.add("--security-opt=no-new-privileges");
        }
        Capabilities capabilities = own.getCapabilities();
        if (capabilities != null) {
            capabilities.getDrop().forEach(each -> options.add("--cap-drop=" + each));
            capabilities.getAdd().forEach(each -> options.add("--cap-add=" + each));
        }
        return options;
    }

    private static @Nullable Long firstSaid(@Nullable Long own, @Nullable Long shared) {
        return own == null ? shared : own;
    }

    private static @Nullable Quantity memory(Container container) {
        if (container.getResources() == null) {
            return null;
        }
        Map<String, Quantity> limits = container.getResources().getLimits();
        return limits == null ? null : limits.get("memory");
    }
}
