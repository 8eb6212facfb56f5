package dev.sluice.e2e.chart;

import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.cluster.Prerequisites;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> KINDS = List.of(
            "InferencePool", "InferenceModel", "InferencePoolPolicy", "InferencePriorityClass", "GatewayParameters");

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
            await().atMost(PATIENCE).until(() -> served().containsAll(KINDS));
        }
    }

    /// The kinds of the charts' groups that the API server serves: a definition takes effect some time after it
    /// is made.
    private List<String> served() {
        return Stream.of("inference.networking.k8s.io/v1", "inference.sluice.dev/v1alpha1")
                .map(version -> client().getApiResources(version))
                .filter(Objects::nonNull)
                .flatMap(list -> list.getResources().stream())
                .map(APIResource::getKind)
                .toList();
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
