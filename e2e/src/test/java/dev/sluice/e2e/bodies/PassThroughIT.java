package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.UpgradingPod;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is no JSON of a known API passes: it is placed by load alone, or by Envoy itself.
class PassThroughIT {
    /// What clients call `/llm/…` the pool's servers know as `/v1/…`.
    private static final String REWRITTEN = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: rewritten}
            spec:
              parentRefs: [{name: inference}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /llm}}]
                  filters:
                    - type: URLRewrite
                      urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v1}}
                  backendRefs:
                    - {group: inference.networking.k8s.io, kind: InferencePool, name: pool}
            """;

    private static RecordingPod pod;
    private static UpgradingPod upgrading;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Loopback pods = Loopback.of(2);
        pod = RecordingPod.start(pods.socket(0));
        upgrading = UpgradingPod.start(pods.socket(1));
        gateway = Gateway.start(Manifests.all(
                Manifests.gateway(),
                Manifests.route("audio", "{path: {type: PathPrefix, value: /v1}}", "pool"),
                Manifests.route("realtime", "{path: {type: PathPrefix, value: /v1/realtime}}", "realtime"),
                REWRITTEN,
                Manifests.pool("pool", "FailClose", pods.port()),
                Manifests.pool("realtime", "FailClose", pods.port()),
                Manifests.model("published", "published", "pool"),
                Manifests.model("whisper", "whisper", "pool") + "  targets: [{modelName: whisper-large-v3}]\n",
                Manifests.endpoints("pool", pods.hosts().subList(0, 1)),
                Manifests.endpoints("realtime", pods.hosts().subList(1, 2))));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        pod.close();
        upgrading.close();
    }

    @BeforeEach
    void forget() {
        pod.reset();
    }

    @Test
    void aMultipartUploadOfAudioPassesAndIsPlacedByLoadAlone() throws Exception {
        assertUploadPasses("published", "published");
    }

    @Test
    void aFormThatNamesAModelGoesOnUnderTheServedName() throws Exception {
        assertUploadPasses("whisper", "whisper-large-v3");
    }

    @Test
    void aFormThatNamesAnUnpublishedModelIsRefused() throws Exception {
        byte[] form = form("other");
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.head(upload(form.length)).send(form);
            RawConnection.Response response = connection.response();

            assertThat(response.status()).isEqualTo(404);
            assertThat(response.body()).contains("model_not_found", "published, whisper");
        }
        assertThat(pod.received()).isEmpty();
    }

    private static String[] upload(int length) {
        return new String[] {
            "POST /v1/audio/transcriptions HTTP/1.1",
            "host: test",
            "content-type: multipart/form-data; boundary=edge",
            "content-length: " + length
        };
    }

    private static byte[] form(String model) {
        byte[] audio = new byte[3 << 20];
        new Random(5).nextBytes(audio);
        byte[] head = """
                --edge
                content-disposition: form-data; name="model"

                %s
                --edge
                content-disposition: form-data; name="file"; filename="a.wav"
                content-type: audio/wav

                """.formatted(model).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] tail = "\r\n--edge--\r\n".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + audio.length + tail.length)
                .put(head)
                .put(audio)
                .put(tail)
                .array();
    }

    private static void assertUploadPasses(String requested, String served) throws Exception {
        byte[] form = form(requested);
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.head(upload(form.length)).send(form);
            RawConnection.Response response = connection.response();

            assertThat(response.status()).as(response.body()).isEqualTo(200);
            assertThat(explanation(response).path("promptTokens").asInt()).isZero();
        }
        assertThat(pod.only().body()).isEqualTo(form(served));
        assertThat(pod.only().header("content-type")).isEqualTo("multipart/form-data; boundary=edge");
    }

    @Test
    void theRewrittenPathDecidesWhatTheBodyIs() {
        var response = gateway.http()
                .post("/llm/completions", "{\"model\":\"whisper\",\"prompt\":\"a\"}", "accept-encoding", "gzip");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(pod.only().path()).isEqualTo("/v1/completions");
        assertThat(pod.only().body()).asString().isEqualTo("{\"model\":\"whisper-large-v3\",\"prompt\":\"a\"}");
        assertThat(pod.only().headers()).as("its answer is read").doesNotContainKey("accept-encoding");
    }

    @Test
    void aWebSocketPassesBothWays() throws Exception {
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.head(
                    "GET /v1/realtime?model=m HTTP/1.1",
                    "host: test",
                    "connection: upgrade",
                    "upgrade: websocket",
                    "sec-websocket-version: 13",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(connection.readUntil("\r\n\r\n")).contains(" 101 ");
            for (int i = 0; i < 3; i++) {
                byte[] frame = ("frame " + i).getBytes(StandardCharsets.UTF_8);
                assertThat(connection.send(frame).read(frame.length)).isEqualTo(frame);
            }
        }
        assertThat(upgrading.upgraded()).hasSize(1);
        assertThat(gateway.inFlight("realtime")).as("Envoy placed it").isZero();
    }

    @Test
    void aGetIsPlacedWithoutAModel() {
        assertThat(gateway.http().get("/v1/files").statusCode()).isEqualTo(200);
        assertThat(pod.only().method()).isEqualTo("GET");
    }

    @Test
    void aListOfModelsNeedsNoServer() {
        var list = gateway.http().get("/v1/models?limit=3");
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(list.body()).contains("\"object\":\"list\"").contains("\"id\":\"published\"");
        assertThat(gateway.http().get("/v1/models/published").statusCode()).isEqualTo(200);
        assertThat(gateway.http().get("/v1/models/other").statusCode()).isEqualTo(404);
        assertThat(pod.received()).isEmpty();
    }

    private static JsonNode explanation(RawConnection.Response response) {
        String marker = "x-request-id: ";
        int from = response.head().indexOf(marker) + marker.length();
        return gateway.admin(
                "/explain/" + response.head().substring(from, response.head().indexOf('\r', from)));
    }
}
