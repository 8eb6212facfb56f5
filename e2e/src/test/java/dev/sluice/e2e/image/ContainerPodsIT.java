package dev.sluice.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cluster.node.Images;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.chart.Quickstart;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The quickstart on a cluster whose pods run the images.
@Tag("real")
@Timeout(600)
class ContainerPodsIT {
    @RegisterExtension
    static final PodmanStore STORE = new PodmanStore();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SIGKILL = 9;
    private static final String SIMULATOR = "sluice/simulator:0.1.0";

    private static Quickstart quickstart;
    private static KubernetesClient kubernetes;
    private static Client client;

    @BeforeAll
    static void install() throws Exception {
        quickstart = Quickstart.start(Images.archived(STORE.podman(), PodmanStore.archives()));
        kubernetes = quickstart.kubernetes();
        long begin = System.nanoTime();
        quickstart.install();
        quickstart.applySamples();
        client = quickstart.client();
        quickstart.awaitModel("True", 3);
        System.out.printf("quickstart: %.1f s from an empty cluster to answers%n", (System.nanoTime() - begin) / 1e9);
    }

    @AfterAll
    static void end() {
        if (client != null) {
            client.close();
        }
        if (quickstart != null) {
            quickstart.close();
        }
    }

    @Test
    void theQuickstartAnswersFromContainers() throws Exception {
        assertThat(client.post("/v1/chat/completions", Quickstart.CHAT).body()).contains("\"model\":\"chat\"");
        assertThat(quickstart.served(client)).isIn(quickstart.podAddresses());
        assertThat(quickstart.helm().test(Helm.operator())).contains("Phase:          Succeeded");

        List<String> running = STORE.podman()
                .run("ps", "--no-trunc", "--format={{.ID}} {{.Image}}")
                .lines()
                .toList();
        System.out.println(String.join("\n", running));
        for (String image : List.of("operator", "endpoint-picker", "simulator")) {
            List<String> pods = containers("sluice/" + image + ":");
            assertThat(pods).as(image).hasSize(image.equals("simulator") ? 3 : 1);
            for (String id : pods) {
                assertThat(running).contains("%s localhost/sluice/%s:0.1.0".formatted(id, image));
            }
        }
        assertThat(pods().filter(pod -> !image(pod).startsWith("sluice/")))
                .as("Envoy is a process")
                .singleElement()
                .satisfies(pod -> assertThat(containerId(pod)).startsWith("process://"));
    }

    @Test
    void containersHaveTheRightsAndLimitsOfTheirManifests() throws Exception {
        Map<String, String> memory = Map.of("operator", "805306368", "endpoint-picker", "1073741824");
        for (var limit : memory.entrySet()) {
            String id = containers("sluice/" + limit.getKey() + ":").getFirst();
            String pid = inspect(id, "{{.State.Pid}}");
            assertThat(Files.readString(Path.of("/proc", pid, "status")))
                    .contains(
                            "Uid:\t65532\t",
                            "CapEff:\t0000000000000000",
                            "CapBnd:\t0000000000000000",
                            "NoNewPrivs:\t1");
            assertThat(Files.readString(Path.of("/proc", pid, "mountinfo"))).contains("/volumes/tmp /tmp rw");
            assertThat(inspect(id, "{{.HostConfig.ReadonlyRootfs}}")).isEqualTo("true");
            assertThat(inspect(id, "{{.HostConfig.Memory}}")).isEqualTo(limit.getValue());
        }
    }

    private static String inspect(String id, String format) throws IOException, InterruptedException {
        return STORE.podman().run("inspect", "--format=" + format, id).strip();
    }

    /// The key is a Secret that is mounted.
    @Test
    void aPickerThatReplacesAnotherKnowsItsSessions() {
        quickstart.sessionsOutliveThePicker(client);
    }

    @Test
    void aServerThatIsDeletedFinishesItsAnswers() throws Exception {
        Pod pod = ready("drains", "");
        try (Client direct = direct(pod);
                BufferedReader answer = begin(direct, 400)) {
            assertThat(answer.readLine()).startsWith("data: ");
            long begin = System.nanoTime();
            kubernetes.resource(pod).delete();

            assertThat(answer.lines().collect(Collectors.joining("\n"))).endsWith("data: [DONE]\n");
            Duration drain = Duration.ofNanos(System.nanoTime() - begin);
            System.out.printf("drain: %d ms from deletion to the last token%n", drain.toMillis());
            assertThat(drain).isGreaterThan(Duration.ofSeconds(1));
        }
        awaitEnd(pod);
    }

    @Test
    void aServerThatTakesLongerThanItMayIsKilled() throws Exception {
        Pod pod = ready("stubborn", "terminationGracePeriodSeconds: 2");
        try (Client direct = direct(pod);
                BufferedReader answer = begin(direct, 3000)) {
            assertThat(answer.readLine()).startsWith("data: ");
            long begin = System.nanoTime();
            kubernetes.resource(pod).delete();
            awaitEnd(pod);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
        }
    }

    @Test
    void aPodHasTheExitStatusOfItsContainer() {
        apply("ends", "sluice/sluice:0.1.0", "[--version]", "restartPolicy: Never");
        apply("fails", SIMULATOR, "[--no-such-option]", "restartPolicy: Never");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(state("ends").getTerminated()).isNotNull();
            assertThat(state("fails").getTerminated()).isNotNull();
        });
        assertThat(state("ends").getTerminated().getExitCode()).isZero();
        assertThat(state("fails").getTerminated().getExitCode()).isEqualTo(2);
    }

    @Test
    void aContainerThatCrashesIsStartedAgain() {
        Pod pod = ready("crashes", "");
        quickstart.cluster().crash(Quickstart.NAMESPACE, "crashes");
        await().atMost(PATIENCE).untilAsserted(() -> {
            ContainerStatus status =
                    pod("crashes").getStatus().getContainerStatuses().getFirst();
            assertThat(status.getReady()).isTrue();
            assertThat(status.getRestartCount()).isEqualTo(1);
            assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(128 + SIGKILL);
            assertThat(status.getContainerID()).startsWith("podman://").isNotEqualTo(containerId(pod));
        });
    }

    @Test
    void anImageThatHasNotBeenBuiltIsSaidToBeSo() {
        apply("missing", "sluice/simulator:0.0.9", "[]", "");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(state("missing").getWaiting()).isNotNull();
            assertThat(state("missing").getWaiting().getReason()).isEqualTo("ErrImagePull");
            assertThat(state("missing").getWaiting().getMessage())
                    .contains("sluice/simulator:0.0.9", "bin/images --tag 0.0.9");
        });
        kubernetes.resource(pod("missing")).delete();
        await().atMost(PATIENCE).until(() -> find("missing") == null);
    }

    /// A server that takes long for an answer and may take longer than its pod.
    private static Pod ready(String name, String spec) {
        apply(name, SIMULATOR, "[--host=0.0.0.0, --port=8000, --drain=50s]", spec);
        Pod pod = kubernetes
                .pods()
                .inNamespace(Quickstart.NAMESPACE)
                .withName(name)
                .waitUntilReady(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (Client direct = direct(pod)) {
                return direct.get("/health").statusCode() == 200;
            }
        });
        return pod;
    }

    private static void apply(String name, String image, String arguments, String spec) {
        String yaml = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  automountServiceAccountToken: false
                  containers:
                  - {name: main, image: "%s", args: %s}
                  %s
                """.formatted(name, image, arguments, spec);
        kubernetes.resource(yaml).inNamespace(Quickstart.NAMESPACE).create();
    }

    private static Client direct(Pod pod) {
        return new Client(URI.create("http://" + pod.getStatus().getPodIP() + ":8000"));
    }

    /// @param tokens of which a hundred or so come in a second
    private static BufferedReader begin(Client server, int tokens) {
        HttpResponse<InputStream> answer = server.send(
                server.request("/v1/completions", "content-type", "application/json")
                        .POST(BodyPublishers.ofString("""
                                {"model": "meta-llama/Llama-3.1-8B-Instruct", "prompt": "A sluice is",
                                 "stream": true, "ignore_eos": true, "max_tokens": %d}""".formatted(tokens)))
                        .build(),
                BodyHandlers.ofInputStream());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static void awaitEnd(Pod pod) throws IOException, InterruptedException {
        String name = pod.getMetadata().getName();
        await().atMost(PATIENCE).until(() -> find(name) == null);
        assertThat(STORE.podman().run("ps", "--all", "--quiet", "--no-trunc"))
                .doesNotContain(containerId(pod).substring("podman://".length()));
    }

    private static ContainerState state(String name) {
        return pod(name).getStatus().getContainerStatuses().getFirst().getState();
    }

    private static Pod pod(String name) {
        return Objects.requireNonNull(find(name), name);
    }

    private static @Nullable Pod find(String name) {
        return kubernetes
                .pods()
                .inNamespace(Quickstart.NAMESPACE)
                .withName(name)
                .get();
    }

    /// The ids of the containers of Deployments' pods that run an image, without what runs them.
    private static List<String> containers(String image) {
        return pods().filter(pod -> image(pod).startsWith(image))
                .map(ContainerPodsIT::containerId)
                .map(id -> id.substring("podman://".length()))
                .toList();
    }

    private static Stream<Pod> pods() {
        return kubernetes.pods().inAnyNamespace().list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !pod.getMetadata().getOwnerReferences().isEmpty());
    }

    private static String image(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage();
    }

    private static String containerId(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getContainerID();
    }
}
