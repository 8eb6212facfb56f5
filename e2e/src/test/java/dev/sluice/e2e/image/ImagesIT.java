package dev.sluice.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.ClusterNamespace;
import dev.sluice.e2e.image.ImagePod.Container;
import dev.sluice.e2e.stack.Loopback;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Each image as the chart's pods run it: no rights, a read-only root, any user, the memory that the chart gives.
@Tag("real")
class ImagesIT {
    @RegisterExtension
    static final ClusterNamespace NAMESPACE = new ClusterNamespace();

    @RegisterExtension
    static final PodmanStore STORE = new PodmanStore();

    /// On a machine that does nothing else it is below 1.5 s.
    private static final Duration START = Duration.ofSeconds(30);

    /// With seven others for each processor it was 3.6 s, of which the cache saves one and a half.
    private static final Duration START_PROCESSOR_TIME = Duration.ofSeconds(8);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// The JVM ends where it cannot take the cache that it was given.
    private static final String CACHE_NEEDED = "JAVA_TOOL_OPTIONS=-XX:AOTMode=on";

    private static final Duration PROBE_GAP = Duration.ofMillis(20);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<Name, String> IMAGES = new EnumMap<>(Name.class);

    private enum Name {
        OPERATOR("operator"),
        PICKER("endpoint-picker"),
        SIMULATOR("simulator"),
        COMMAND("sluice");

        private final String file;

        Name(String file) {
            this.file = file;
        }
    }

    @TempDir
    Path folder;

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        try (Stream<Path> definitions = Files.list(Helm.definitions().resolve("files"))) {
            for (Path definition : definitions.toList()) {
                NAMESPACE.cluster().apply(definition);
            }
        }
        for (Name name : Name.values()) {
            Path archive = PodmanStore.archives().resolve(name.file + "-amd64.tar");
            assertThat(archive).as("built by `bin/images`").exists();
            IMAGES.put(name, STORE.podman().load(archive));
        }
    }

    @AfterAll
    static void close() {
        HTTP.close();
    }

    @Test
    void theSimulatorServesAndEnds() throws Exception {
        int port = Loopback.freePort();
        URI server = URI.create("http://localhost:" + port);
        ImagePod pod = ImagePod.of(image(Name.SIMULATOR), "256m", "--host=0.0.0.0", "--port=" + port, "--model=llama")
                .withEnvironment(CACHE_NEEDED);
        try (Container container = pod.start(STORE.podman())) {
            serving("simulator", container, () -> get(server.resolve("/health")) == 200);

            HttpResponse<String> answer = HTTP.send(completion(server), text());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("data: [DONE]");

            container.terminate();
            assertEnded(container);
        }
    }

    @Test
    void thePickerServesItsPoolAndEnds() throws Exception {
        int grpc = Loopback.freePort();
        int health = Loopback.freePort();
        int http = Loopback.freePort();
        NAMESPACE.apply("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: 8000}]
                  endpointPickerRef: {name: picker, port: {number: 9002}}
                """);
        ImagePod pod = ImagePod.of(
                image(Name.PICKER),
                "640m",
                "--bind-address=127.0.0.1",
                "--grpc-port=" + grpc,
                "--grpc-health-port=" + health,
                "--metrics-port=" + http,
                "--pool-namespace=" + NAMESPACE.name());
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", health)
                .usePlaintext()
                .build();
        try (Container container = inCluster(pod).start(STORE.podman())) {
            serving("endpoint-picker", container, () -> isServing(channel, "readiness"));
            assertThat(isServing(channel, "liveness")).isTrue();
            assertThat(body(URI.create("http://localhost:%d/pools".formatted(http))))
                    .contains("llama");

            container.terminate();
            assertEnded(container);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void theOperatorAnswersProbesAndEnds() throws Exception {
        int xds = Loopback.freePort();
        int http = Loopback.freePort();
        URI server = URI.create("http://localhost:" + http);
        // Of no GatewayClass that another test has.
        ImagePod pod = ImagePod.of(
                image(Name.OPERATOR),
                "768m",
                "--bind-address=127.0.0.1",
                "--xds-port=" + xds,
                "--http-port=" + http,
                "--namespace=" + NAMESPACE.name(),
                "--controller-name=sluice.dev/images-test");
        try (Container container = inCluster(pod).start(STORE.podman())) {
            serving("operator", container, () -> get(server.resolve("/readyz")) == 200);
            assertThat(get(server.resolve("/healthz"))).isEqualTo(200);

            container.terminate();
            assertEnded(container);
        }
    }

    @Test
    void theCommandTellsItsVersionToAnyUser() throws Exception {
        for (String user : List.of("65532:65532", "1000700000:0")) {
            ImagePod pod = ImagePod.of(image(Name.COMMAND), "512m", "--version").withUser(user);
            try (Container container = pod.start(STORE.podman())) {
                assertThat(container.exitCode()).as(container.logs()).isZero();
                assertThat(container.logs()).startsWith("sluice ");
            }
        }
    }

    @Test
    void theJvmTakesTheCacheThatItWasGiven() throws Exception {
        for (Name name : Name.values()) {
            ImagePod pod = ImagePod.of(image(name), "512m", "--help").withEnvironment(CACHE_NEEDED);
            try (Container container = pod.start(STORE.podman())) {
                assertThat(container.exitCode())
                        .as(name + ": " + container.logs())
                        .isZero();
            }
        }
    }

    @Test
    void theChartAsksForTheseNames() throws Exception {
        Path chart = Path.of("../deploy/helm/sluice");
        String version = Files.readAllLines(chart.resolve("Chart.yaml")).stream()
                .filter(line -> line.startsWith("appVersion: "))
                .findFirst()
                .orElseThrow()
                .substring("appVersion: ".length());
        String values = Files.readString(chart.resolve("values.yaml"));
        for (Name name : List.of(Name.OPERATOR, Name.PICKER)) {
            assertThat(values).contains("repository: sluice/" + name.file + "\n");
            assertThat(IMAGES.get(name)).endsWith("/sluice/" + name.file + ":" + version);
        }
    }

    @Test
    void thereIsNoShellAndNoPackageManager() throws Exception {
        for (Name name : Name.values()) {
            String inspected = STORE.podman().run("inspect", IMAGES.get(name));
            assertThat(inspected).contains("org.opencontainers.image.revision").contains("\"User\": \"65532\"");
            String mount = STORE.podman()
                    .run("image", "mount", IMAGES.get(name))
                    .lines()
                    .toList()
                    .getLast()
                    .strip();
            for (String program : List.of("bin/sh", "bin/bash", "usr/bin/dpkg", "usr/bin/apt")) {
                assertThat(Path.of(mount, program)).doesNotExist();
            }
            assertThat(Path.of(mount, "usr/share/sbom")).isNotEmptyDirectory();
            STORE.podman().run("image", "unmount", IMAGES.get(name));
        }
    }

    private static String image(Name name) {
        return IMAGES.get(name);
    }

    /// A pod that finds the local cluster's API server, as a user that may read nothing else of this machine.
    private ImagePod inCluster(ImagePod pod) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.copy(NAMESPACE.cluster().kubeconfig(), kubeconfig);
        Files.setPosixFilePermissions(kubeconfig, PosixFilePermissions.fromString("rw-r--r--"));
        return pod.withMount(folder).withEnvironment("KUBECONFIG=" + kubeconfig).withEnvironment(CACHE_NEEDED);
    }

    private static void serving(String image, Container container, Callable<Boolean> probe) throws Exception {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(PROBE_GAP)
                .until(() -> {
                    if (!container.isRunning()) {
                        throw new IllegalStateException(container.logs());
                    }
                    return probe.call();
                });
        Duration start = container.age();
        Duration processorTime = container.processorTime();
        System.out.printf(
                "%s: %d ms from the start of its process to SERVING, %d ms of processor time%n",
                image, start.toMillis(), processorTime.toMillis());
        assertThat(start).isLessThan(START);
        assertThat(processorTime).isLessThan(START_PROCESSOR_TIME);
    }

    /// Kubernetes calls a container with another status failed.
    private static void assertEnded(Container container) throws IOException, InterruptedException {
        assertThat(container.exitCode()).as(container.logs()).isZero();
    }

    private static boolean isServing(ManagedChannel channel, String service) {
        try {
            return HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }

    private static HttpRequest completion(URI server) {
        return HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"model": "llama", "stream": true, "max_tokens": 300,
                         "messages": [{"role": "user", "content": "What is a sluice?"}]}"""))
                .build();
    }

    private static int get(URI page) throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(page).build(), text()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static String body(URI page) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(page).build(), text()).body();
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }
}
