package dev.sluice.e2e.chart;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.cluster.Prerequisites;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A cluster for one test class, for charts that claim names of the whole cluster, and helm for it.
///
/// ```java
/// @RegisterExtension
/// static final ChartCluster CHARTS = ChartCluster.empty();
/// ```
final class ChartCluster implements BeforeAllCallback, AfterAllCallback {
    private final boolean hasDefinitions;
    private @Nullable LocalCluster cluster;

    private ChartCluster(boolean hasDefinitions) {
        this.hasDefinitions = hasDefinitions;
    }

    static ChartCluster empty() {
        return new ChartCluster(false);
    }

    /// With the Gateway API's definitions and Sluice's.
    static ChartCluster withDefinitions() {
        return new ChartCluster(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        cluster = LocalCluster.start();
        if (hasDefinitions) {
            cluster.installGatewayApi();
            var _ = helm().install(Helm.definitions());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (cluster != null) {
            cluster.close();
        }
    }

    LocalCluster cluster() {
        return Objects.requireNonNull(cluster, "no test runs");
    }

    /// The administrator's.
    KubernetesClient client() {
        return cluster().client();
    }

    /// What it keeps between its runs goes with the cluster.
    Helm helm() {
        return new Helm(cluster().kubeconfig(), cluster().kubeconfig().resolveSibling("helm"));
    }
}
