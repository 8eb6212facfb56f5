package dev.sluice.e2e.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.chart.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A cluster of its own with both charts installed, whose operator and shared picker run.
///
/// Tests that share one take a namespace each.
public final class InstalledSluice implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final LocalCluster cluster;
    private final Path helmFolder;

    private InstalledSluice(LocalCluster cluster, Path helmFolder) {
        this.cluster = cluster;
        this.helmFolder = helmFolder;
    }

    /// @param options of helm for the operator's chart, such as `--set`
    public static InstalledSluice start(String... options) throws IOException, InterruptedException {
        LocalCluster cluster = LocalCluster.start();
        InstalledSluice sluice = new InstalledSluice(cluster, Files.createTempDirectory("sluice-helm"));
        try {
            cluster.installGatewayApi();
            Helm helm = sluice.helm();
            helm.install(Helm.definitions());
            // Envoys of tests that are over would be many.
            helm.install(
                    Helm.operator(),
                    Stream.concat(Stream.of("--set", "gateway.drainSeconds=5"), Stream.of(options))
                            .toArray(String[]::new));
            sluice.awaitDeployments(Helm.NAMESPACE);
            return sluice;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError failed) {
            sluice.close();
            throw failed;
        }
    }

    public LocalCluster cluster() {
        return cluster;
    }

    public Helm helm() {
        return new Helm(cluster.kubeconfig(), helmFolder);
    }

    /// The administrator's.
    public KubernetesClient client() {
        return cluster.client();
    }

    /// @return its name, which begins with `prefix`
    public String newNamespace(String prefix) {
        String name = "%s-%x"
                .formatted(
                        prefix.toLowerCase(Locale.ROOT),
                        ThreadLocalRandom.current().nextInt(1 << 16));
        cluster.createNamespace(name);
        return name;
    }

    /// It goes with all that is in it, while the next tests begin.
    public void deleteNamespace(String name) {
        client().namespaces().withName(name).delete();
    }

    /// Applies every resource of a YAML text, in this namespace unless it names another.
    public void apply(String namespace, String yaml) {
        for (HasMetadata item : client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            if (item.getMetadata().getNamespace() == null) {
                item.getMetadata().setNamespace(namespace);
            }
            client().resource(item).fieldManager("test").forceConflicts().serverSideApply();
        }
    }

    /// The text of a file of the class path.
    public static String resource(String name) {
        try (var stream = Objects.requireNonNull(InstalledSluice.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Returns when every Deployment of the namespace has all its replicas available.
    public void awaitDeployments(String namespace) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(() -> assertThat(client().apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                        .isNotEmpty()
                        .allSatisfy(InstalledSluice::assertAvailable));
    }

    private static void assertAvailable(Deployment deployment) {
        int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
        assertThat(deployment.getStatus().getAvailableReplicas())
                .as(deployment.getMetadata().getName())
                .isEqualTo(wanted);
        assertThat(deployment.getStatus().getUpdatedReplicas()).isEqualTo(wanted);
    }

    /// Where clients reach the first listener of a Gateway, when its status says that it is programmed.
    public URI gatewayUrl(String namespace, String name) {
        Gateway gateway = client().resources(Gateway.class)
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(InstalledSluice::isReachable, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return URI.create("http://%s:%d"
                .formatted(
                        gateway.getStatus().getAddresses().getFirst().getValue(),
                        gateway.getSpec().getListeners().getFirst().getPort()));
    }

    private static boolean isReachable(Gateway gateway) {
        return gateway != null
                && gateway.getStatus() != null
                && gateway.getStatus().getAddresses() != null
                && !gateway.getStatus().getAddresses().isEmpty()
                && gateway.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Programmed")
                                && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        cluster.close();
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// What helm keeps, the innermost first.
    private List<Path> files() throws IOException {
        try (var walk = Files.walk(helmFolder)) {
            return walk.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
