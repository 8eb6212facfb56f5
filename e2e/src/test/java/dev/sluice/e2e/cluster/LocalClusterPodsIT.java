package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.node.ContainerContext;
import dev.sluice.cluster.node.Image;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the local cluster makes of pods that crash, end, fall ill or cannot begin.
class LocalClusterPodsIT {
    @RegisterExtension
    static final ClusterNamespace NAMESPACE = new ClusterNamespace();

    private static final Duration PATIENCE = Duration.ofSeconds(45);

    @BeforeAll
    static void prepare() {
        NAMESPACE.cluster().images().register("test/shell", Image.SHELL);
    }

    @Test
    void aContainerThatCrashesIsRestartedAndWaitsLongerEachTime() {
        NAMESPACE.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: crashing}
                spec:
                  containers:
                  - {name: main, image: "test/shell", args: ["echo begun; exit 3"]}
                """);
        await().atMost(PATIENCE).untilAsserted(() -> {
            var status = pod("crashing").getStatus().getContainerStatuses().getFirst();
            assertThat(status.getRestartCount()).isGreaterThanOrEqualTo(2);
            assertThat(status.getState().getWaiting()).isNotNull().satisfies(waiting -> {
                assertThat(waiting.getReason()).isEqualTo("CrashLoopBackOff");
                assertThat(waiting.getMessage()).contains("PT4S");
            });
            assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
        });
        assertThat(NAMESPACE.logs("crashing")).containsSubsequence("begun", "begun", "begun");
    }

    @Test
    void aPodMayFinishItsWorkBeforeItEndsButNotTakeForEver() {
        NAMESPACE.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: orderly}
                spec:
                  terminationGracePeriodSeconds: 20
                  containers:
                  - name: main
                    image: test/shell
                    args: ["trap 'sleep 1; exit 0' TERM; echo begun; while true; do sleep 0.1; done"]
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: stubborn}
                spec:
                  terminationGracePeriodSeconds: 2
                  containers:
                  - {name: main, image: "test/shell", args: ["trap '' TERM; echo begun; while true; do sleep 0.1; done"]}
                """);
        await().atMost(PATIENCE)
                .until(() -> NAMESPACE.logs("orderly").contains("begun")
                        && NAMESPACE.logs("stubborn").contains("begun"));

        long begin = System.nanoTime();
        NAMESPACE.client().resource(pod("orderly")).delete();
        NAMESPACE.client().resource(pod("stubborn")).delete();
        await().atMost(PATIENCE).until(() -> NAMESPACE.pod("orderly") == null);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
        await().atMost(PATIENCE).until(() -> NAMESPACE.pod("stubborn") == null);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    @Test
    void aPodThatSaysThatItDoesNotServeGetsNoConnectionsAndOneThatIsSickIsRestarted() throws Exception {
        HealthStatusManager health = new HealthStatusManager();
        NAMESPACE.cluster().images().register("test/health", (Image.InJvm) context -> healthServer(context, health));
        NAMESPACE.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: moody, labels: {app: moody}}
                spec:
                  containers:
                  - name: health
                    image: test/health
                    startupProbe: {grpc: {port: 9003}, periodSeconds: 1, failureThreshold: 30}
                    readinessProbe: {grpc: {port: 9003, service: ready}, periodSeconds: 1, failureThreshold: 1}
                    livenessProbe: {grpc: {port: 9003, service: live}, periodSeconds: 1, failureThreshold: 2}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: moody}
                spec: {selector: {app: moody}, ports: [{port: 9003}]}
                """);
        health.setStatus("live", ServingStatus.SERVING);
        health.setStatus("ready", ServingStatus.SERVING);
        NAMESPACE.awaitReady("moody", PATIENCE);
        String address = NAMESPACE.service("moody").getSpec().getClusterIP();
        assertThat(hasListener(address)).isTrue();

        health.setStatus("ready", ServingStatus.NOT_SERVING);
        await().atMost(PATIENCE).until(() -> !hasListener(address));
        assertThat(restarts("moody")).isZero();

        health.setStatus("live", ServingStatus.NOT_SERVING);
        await().atMost(PATIENCE).until(() -> restarts("moody") > 0);
        health.setStatus("live", ServingStatus.SERVING);
        health.setStatus("ready", ServingStatus.SERVING);
        NAMESPACE.awaitReady("moody", PATIENCE);
    }

    private static AutoCloseable healthServer(ContainerContext context, HealthStatusManager health) throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(context.address(), 9003))
                .addService(health.getHealthService())
                .build()
                .start();
        return () -> server.shutdownNow().awaitTermination();
    }

    private static int restarts(String pod) {
        return pod(pod).getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /// Whether a connection there stays open: what has no pod behind it is reset.
    private static boolean hasListener(String address) throws IOException {
        try (Socket socket = new Socket(address, 9003)) {
            socket.setSoTimeout(1_000);
            // A server of HTTP/2 speaks first.
            return socket.getInputStream().read() >= 0;
        } catch (SocketException reset) {
            return false;
        }
    }

    @Test
    void anUnknownImageIsSaidToBeSo() {
        NAMESPACE.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: unknown}
                spec: {containers: [{name: main, image: "nobody/knows:1"}]}
                """);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(pod("unknown").getStatus().getPhase()).isEqualTo("Pending");
            assertThat(pod("unknown")
                            .getStatus()
                            .getContainerStatuses()
                            .getFirst()
                            .getState()
                            .getWaiting()
                            .getReason())
                    .isEqualTo("ErrImagePull");
        });
    }

    private static Pod pod(String name) {
        return Objects.requireNonNull(NAMESPACE.pod(name));
    }
}
