package dev.sluice.e2e.cluster;

import dev.sluice.e2e.cluster.binary.GoBinary;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
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

    private @Nullable LocalCluster cluster;
    private @Nullable String name;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        // Skips the tests where there is no Kubernetes and none can be built.
        for (GoBinary binary : GoBinary.values()) {
            var _ = binary.path();
        }
        LocalCluster shared = context.getRoot()
                .getStore(Namespace.create(LocalCluster.class))
                .computeIfAbsent(KEY, _ -> start(), LocalCluster.class);
        cluster = shared;
        name = "%s-%x"
                .formatted(
                        context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT),
                        ThreadLocalRandom.current().nextInt(1 << 16));
        shared.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
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

    /// The administrator's.
    public KubernetesClient client() {
        return cluster().client();
    }
}
