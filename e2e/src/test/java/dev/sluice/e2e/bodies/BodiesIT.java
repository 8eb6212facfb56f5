package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.RecordingPod.Received;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whole bodies, small and large, arrive as they were sent, also at the second attempt; and clients choose no
/// endpoint.
class BodiesIT {
    private static final String PATH = "/v1/completions";

    private static Loopback pods;
    private static RecordingPod first;
    private static RecordingPod second;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(2);
        first = RecordingPod.start(pods.socket(0));
        second = RecordingPod.start(pods.socket(1));
        gateway = Gateway.start(Manifests.onePool("FailClose", pods));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
    }

    @BeforeEach
    void forget() {
        first.reset();
        second.reset();
    }

    @Test
    void eightMegabytesArriveByteForByteWithTheirLength() {
        byte[] body = body(8 << 20);

        assertThat(gateway.http().post(PATH, body).statusCode()).isEqualTo(200);

        Received received = all().getFirst();
        assertThat(received.body()).isEqualTo(body);
        assertThat(received.header("content-length")).isEqualTo(String.valueOf(body.length));
        assertThat(received.headers()).doesNotContainKey("Transfer-encoding");
    }

    @Test
    void aSmallBodyIsSentAgainWhenAPodAnswers503() {
        isSentAgain(body(1 << 10));
    }

    @Test
    void eightMegabytesAreSentAgainWhenAPodAnswers503() {
        isSentAgain(body(8 << 20));
    }

    @Test
    void everyEndpointThatRefusesIsTriedOnceAndThenTheClientHearsIt() {
        first.answer(RecordingPod.status(503, "loading"));
        second.answer(RecordingPod.status(503, "loading"));

        assertThat(gateway.http().post(PATH, body(1 << 10)).statusCode()).isEqualTo(503);
        assertThat(first.received()).isNotEmpty();
        assertThat(second.received()).isNotEmpty();
    }

    @Test
    void aClientsOwnDestinationIsIgnored() throws Exception {
        try (RecordingPod outside = RecordingPod.start(Loopback.of(1).socket(0))) {
            String spoofed = "127.0.0.1:1";
            for (int i = 0; i < 6; i++) {
                var response = gateway.http()
                        .post(
                                PATH,
                                body(100),
                                "x-gateway-destination-endpoint",
                                spoofed,
                                "x-gateway-destination-endpoint-served",
                                spoofed,
                                "x-sluice-pool",
                                "default/other");
                assertThat(response.statusCode()).isEqualTo(200);
            }
            assertThat(outside.received()).isEmpty();
            assertThat(all()).hasSize(6).allSatisfy(request -> {
                assertThat(request.header("x-gateway-destination-endpoint"))
                        .contains(pods.hosts())
                        .doesNotContain(spoofed);
                assertThat(request.headers()).doesNotContainKeys("X-sluice-pool");
            });
        }
    }

    @Test
    void aBodyInTinyChunksArrivesWhole() throws Exception {
        byte[] body = body(300);
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.chunkedPost(PATH);
            for (byte b : body) {
                connection.chunk(new byte[] {b});
            }
            assertThat(connection.lastChunk().response().status()).isEqualTo(200);
        }
        assertThat(all().getFirst().body()).isEqualTo(body);
    }

    private static void isSentAgain(byte[] body) {
        // Both refuse once: whichever the picker prefers, the request needs its second endpoint.
        RecordingPod.Answer refuseFirst = (exchange, request) -> {
            boolean alone = all().size() == 1;
            RecordingPod.status(alone ? 503 : 200, alone ? "loading" : "ok").to(exchange, request);
        };
        first.answer(refuseFirst);
        second.answer(refuseFirst);

        assertThat(gateway.http().post(PATH, body).statusCode()).isEqualTo(200);

        assertThat(all())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.body()).isEqualTo(body));
        assertThat(first.received()).hasSize(1);
        assertThat(second.received()).hasSize(1);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(gateway.inFlight("pool")).isZero());
    }

    private static List<Received> all() {
        return Stream.of(first, second).flatMap(pod -> pod.received().stream()).toList();
    }

    /// A valid body of that size, with a prompt that no two positions share.
    private static byte[] body(int size) {
        String head = "{\"model\":\"m\",\"prompt\":\"";
        String tail = "\"}";
        byte[] noise = new byte[(size - head.length() - tail.length()) / 2];
        new Random(size).nextBytes(noise);
        return (head + HexFormat.of().formatHex(noise) + tail).getBytes(StandardCharsets.UTF_8);
    }
}
