package dev.sluice.e2e.cluster;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.cluster.binary.GoBinary;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// A namespace for each test class, in one cluster for all of them: that costs seconds to start.
///
/// ```java
/// @RegisterExtension
/// static final ClusterNamespace NAMESPACE = new ClusterNamespace();
/// ```
public final class ClusterNamespace implements BeforeAllCallback, AfterAllCallback {
    private static final String KEY = "cluster";
    private static final List<GoBinary> NEEDED =
            List.of(GoBinary.ETCD, GoBinary.KUBE_APISERVER, GoBinary.KUBE_CONTROLLER_MANAGER, GoBinary.ECHO_BASIC);

    private @Nullable LocalCluster cluster;
    private @Nullable String name;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        for (GoBinary binary : NEEDED) {
            var _ = Prerequisites.program(binary);
        }
        var _ = Prerequisites.gatewayApi();
        LocalCluster shared = context.getRoot()
                .getStore(Namespace.create(LocalCluster.class))
                .computeIfAbsent(KEY, _ -> start(), LocalCluster.class);
        cluster = shared;
        name = "%s-%x"
                .formatted(
                        context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT),
                        ThreadLocalRandom.current().nextInt(1 << 16));
        shared.createNamespace(name);
    }

    private static LocalCluster start() {
        try {
            LocalCluster cluster = LocalCluster.start();
            cluster.installGatewayApi();
            return cluster;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // It goes with all that is in it, while the next tests begin.
        if (cluster != null) {
            cluster.client().namespaces().withName(name()).delete();
        }
    }

    public LocalCluster cluster() {
        return Objects.requireNonNull(cluster, "no test runs");
    }

    public String name() {
        return Objects.requireNonNull(name, "no test runs");
    }

    /// Creates every resource of a YAML text in this namespace.
    public void apply(String yaml) {
        client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(item -> {
                    item.getMetadata().setNamespace(name());
                    client().resource(item).create();
                });
    }

    /// Waits until a Deployment has brought out its last change on that many pods.
    public void awaitAvailable(String deployment, int replicas, Duration limit) {
        client().apps()
                .deployments()
                .inNamespace(name())
                .withName(deployment)
                .waitUntilCondition(
                        seen -> seen != null && isAvailable(seen, replicas), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean isAvailable(Deployment deployment, int replicas) {
        DeploymentStatus status = deployment.getStatus();
        return status != null
                && deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && Stream.of(status.getReplicas(), status.getUpdatedReplicas(), status.getAvailableReplicas())
                        .allMatch(count -> count != null && count == replicas);
    }

    /// Waits until a pod is ready.
    public void awaitReady(String pod, Duration limit) {
        client().pods().inNamespace(name()).withName(pod).waitUntilReady(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The pod of that name; null where there is none.
    public @Nullable Pod pod(String pod) {
        return client().pods().inNamespace(name()).withName(pod).get();
    }

    public Service service(String service) {
        return client().services().inNamespace(name()).withName(service).get();
    }

    /// What the containers of that pod have written so far; nothing before they have begun.
    public String logs(String pod) {
        try {
            return cluster().logs(name(), pod);
        } catch (NoSuchFileException notYet) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The administrator's.
    public KubernetesClient client() {
        return cluster().client();
    }
}
