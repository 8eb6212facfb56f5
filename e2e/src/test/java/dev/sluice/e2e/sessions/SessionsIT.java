package dev.sluice.e2e.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.simulator.Fleet;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions through the whole stack: browsers come back by cookie, programs by header, and neither notices when a pod
/// or the picker goes.
class SessionsIT {
    private static final int SERVERS = 4;
    private static final int BUSY = 12;
    private static final String HEADER = "x-sluice-session";
    private static final String OLD_KEY = "an-old-key-of-at-least-32-characters";
    private static final String NEW_KEY = "a-newer-key-of-at-least-32-characters";

    @TempDir
    private Path folder;

    private Loopback pods;
    private Fleet fleet;
    private Gateway gateway;
    private Path keys;
    private int requests;

    @BeforeEach
    void start() throws Exception {
        keys = Files.writeString(folder.resolve("keys"), OLD_KEY + "\n");
        pods = Loopback.of(SERVERS);
        fleet = Fleets.start(pods.sockets());
        gateway = Gateway.start(yaml("Soft", pods.hosts()), Gateway.Options.USUAL.withSessionKeys(keys));
    }

    @AfterEach
    void stop() {
        gateway.close();
        fleet.close();
    }

    private String yaml(String mode, List<String> hosts) {
        return Manifests.all(
                Manifests.gateway(),
                Manifests.route("all", "{path: {type: PathPrefix, value: /}}", "pool"),
                Manifests.pool("pool", "FailClose", pods.port()),
                Manifests.endpoints("pool", hosts),
                Manifests.model("chat", Fleets.MODEL, "pool") + "  sessionAffinity: {mode: " + mode + "}\n");
    }

    /// One conversation's requests share nothing, so that only the session can bring them to one pod.
    private HttpResponse<String> send(String... headers) {
        int number = requests++;
        HttpResponse<String> response = gateway.http()
                .post("/v1/chat/completions", """
                {"model":"%s","max_tokens":4,"messages":[{"role":"user","content":"%d, and nothing but %d"}]}
                """.formatted(Fleets.MODEL, number * 7_919, number), headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response;
    }

    private static String pod(HttpResponse<?> response) {
        return response.headers().firstValue("x-inference-pod").orElseThrow();
    }

    private static String token(HttpResponse<?> response) {
        return response.headers().firstValue(HEADER).orElseThrow();
    }

    /// The cookie as a browser sends it back.
    private static String cookie(HttpResponse<?> response) {
        String cookie = response.headers().firstValue("set-cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static void assertNothingSet(HttpResponse<?> response) {
        assertThat(response.headers().firstValue("set-cookie")).isEmpty();
        assertThat(response.headers().firstValue(HEADER)).isEmpty();
    }

    @Test
    void aBrowserComesBackByCookieAndAProgramByHeader() {
        HttpResponse<String> first = send();
        assertThat(first.headers().firstValue("set-cookie"))
                .hasValue("stickiness.cookie=" + token(first) + "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> browser = send("cookie", "theme=dark; " + cookie(first));
            HttpResponse<String> program = send(HEADER, token(first));
            assertThat(List.of(pod(browser), pod(program))).containsOnly(pod(first));
            assertNothingSet(browser);
            assertNothingSet(program);
        }
        assertThat(gateway.metric("sluice_session_requests_total")).isEqualTo(21);
        // Requests in no session spread, or staying would prove nothing.
        Set<String> others = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            others.add(pod(send()));
        }
        assertThat(others).hasSizeGreaterThan(1);
    }

    @Test
    void sessionsSurviveARestartOfThePickerAndANewKey() throws Exception {
        List<HttpResponse<String>> before = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            before.add(send());
        }
        gateway.stopPicker();
        gateway.restartPicker(yaml("Soft", pods.hosts()));
        awaitPicker();
        for (HttpResponse<String> session : before) {
            HttpResponse<String> after = send("cookie", cookie(session));
            assertThat(pod(after)).isEqualTo(pod(session));
            assertNothingSet(after);
        }
        Files.writeString(keys, NEW_KEY + "\n" + OLD_KEY + "\n");
        List<String> renewed = new ArrayList<>();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> send("cookie", cookie(before.getFirst()))
                        .headers()
                        .firstValue("set-cookie")
                        .isPresent());
        for (HttpResponse<String> session : before) {
            HttpResponse<String> after = send("cookie", cookie(session));
            assertThat(pod(after)).isEqualTo(pod(session));
            renewed.add(cookie(after));
        }
        Files.writeString(keys, NEW_KEY + "\n");
        // The old key is gone once what it has signed begins a new session.
        await().atMost(Duration.ofSeconds(5))
                .until(() -> send("cookie", cookie(before.getFirst()))
                        .headers()
                        .firstValue(HEADER)
                        .isPresent());
        for (int i = 0; i < before.size(); i++) {
            HttpResponse<String> after = send("cookie", renewed.get(i));
            assertThat(pod(after)).isEqualTo(pod(before.get(i)));
            assertNothingSet(after);
        }
    }

    private void awaitPicker() {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> gateway.http().get("/v1/models").statusCode() == 200);
    }

    @Test
    void aSessionWhosePodIsTakenAwayGoesOnElsewhere() {
        HttpResponse<String> first = send();
        int gone = Integer.parseInt(pod(first).substring("pod-".length()));
        List<String> left = new ArrayList<>(pods.hosts());
        left.remove(gone);
        gateway.publish(yaml("Strict", left));
        fleet.servers().get(gone).close();
        HttpResponse<String> second = send("cookie", cookie(first));
        assertThat(pod(second)).isNotEqualTo(pod(first));
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> next = send("cookie", cookie(second));
            assertThat(pod(next)).isEqualTo(pod(second));
            assertNothingSet(next);
        }
    }

    /// Nobody has said yet that it is gone: Envoy finds out, and the client is told where it was served.
    @Test
    void aSessionWhosePodDiesGoesOnWhereTheProxyFellBackTo() {
        HttpResponse<String> first = send();
        fleet.servers()
                .get(Integer.parseInt(pod(first).substring("pod-".length())))
                .close();
        HttpResponse<String> second = send(HEADER, token(first));
        assertThat(pod(second)).isNotEqualTo(pod(first));
        assertThat(second.headers().firstValue("set-cookie"))
                .as("the client knows the header")
                .isEmpty();
        HttpResponse<String> third = send(HEADER, token(second));
        assertThat(pod(third)).isEqualTo(pod(second));
        assertNothingSet(third);
    }

    @Test
    void aStrictSessionStaysAtABusyPodAndASoftOneDoesNot() {
        HttpResponse<String> first = send();
        String fill = "word ".repeat(20_000);
        List<CompletableFuture<Void>> busy = new ArrayList<>();
        gateway.publish(yaml("Strict", pods.hosts()));
        for (int i = 0; i < BUSY; i++) {
            String body = """
                    {"model":"%s","max_tokens":400,"messages":[{"role":"user","content":"%d %s"}]}
                    """.formatted(Fleets.MODEL, i, fill);
            busy.add(CompletableFuture.runAsync(
                    () -> {
                        var _ = gateway.http().post("/v1/chat/completions", body, "cookie", cookie(first));
                    },
                    task -> Thread.ofVirtual().start(task)));
        }
        await().untilAsserted(() -> assertThat(inFlight()).containsExactlyInAnyOrder(BUSY, 0, 0, 0));
        gateway.publish(yaml("Soft", pods.hosts()));
        HttpResponse<String> left = send("cookie", cookie(first));
        assertThat(pod(left)).isNotEqualTo(pod(first));
        String id = left.headers().firstValue("x-request-id").orElseThrow();
        assertThat(gateway.admin("/explain/" + id).path("session").asText()).isEqualTo("too_costly");
        CompletableFuture.allOf(busy.toArray(CompletableFuture[]::new)).join();
    }

    private List<Integer> inFlight() {
        List<Integer> requests = new ArrayList<>();
        gateway.admin("/pools")
                .path("default/pool")
                .path("endpoints")
                .forEach(endpoint -> requests.add(endpoint.path("inFlight").asInt()));
        return requests;
    }

    @Test
    void aPoolWhoseAnswersDoNotPassThePickerKeepsSessionsToo() throws Exception {
        gateway.close();
        gateway = Gateway.start(
                Manifests.all(yaml("Soft", pods.hosts()), Manifests.policy("pool", "responseProcessing: Headers")));
        HttpResponse<String> first = send();
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> next = send("cookie", cookie(first));
            assertThat(pod(next)).isEqualTo(pod(first));
            assertNothingSet(next);
        }
        assertThat(gateway.metric("sluice_output_tokens_total"))
                .as("tokens that it has seen pass")
                .isZero();
    }

    @Test
    void forgedTokensAreNoSessionAndNoError() {
        HttpResponse<String> first = send();
        String forged = (token(first).charAt(30) == 'A' ? "B" : "A");
        String token = token(first).substring(0, 30) + forged + token(first).substring(31);
        HttpResponse<String> response = send(HEADER, token);
        assertThat(token(response)).isNotEqualTo(token).isNotEqualTo(token(first));
        send("cookie", "stickiness.cookie=%00; stickiness.cookie=");
        assertThat(gateway.metric("sluice_session_tokens_refused_total")).isEqualTo(2);
    }
}
