package dev.sluice.e2e.picker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What clients see while the real picker is gone: of a pool that fails open, and of one that fails closed.
class FailureModeIT {
    private static final String PATH = "/v1/completions";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";
    private static final String[] OPEN = {"x-pool", "open"};
    private static final String[] CLOSED = {"x-pool", "closed"};
    private static final String[] RENAMED = {"x-pool", "renamed"};

    private static String manifests;
    private static String closedAddress;
    private static RecordingPod open;
    private static RecordingPod closed;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Loopback pods = Loopback.of(2);
        closedAddress = pods.address(1);
        manifests = Manifests.all(
                Manifests.gateway(),
                Manifests.route("open", "{headers: [{name: x-pool, value: open}]}", "open"),
                Manifests.route("closed", "{headers: [{name: x-pool, value: closed}]}", "closed"),
                Manifests.pool("open", "FailOpen", pods.port()),
                Manifests.route("renamed", "{headers: [{name: x-pool, value: renamed}]}", "renamed"),
                Manifests.pool("closed", "FailClose", pods.port()),
                Manifests.pool("renamed", "FailOpen", pods.port()),
                Manifests.model("m", "m", "renamed") + "  targets: [{modelName: served}]\n",
                Manifests.endpoints("renamed", pods.hosts().subList(1, 2)),
                Manifests.endpoints("open", pods.hosts().subList(0, 1)),
                Manifests.endpoints("closed", pods.hosts().subList(1, 2)));
        open = RecordingPod.start(pods.socket(0));
        closed = RecordingPod.start(pods.socket(1));
        gateway = Gateway.start(manifests);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        open.close();
        closed.close();
    }

    @BeforeEach
    void forget() {
        open.reset();
        closed.reset();
    }

    @Test
    void bothModesFollowThePickerWhileItRuns() {
        assertThat(gateway.http().post(PATH, BODY, OPEN).statusCode()).isEqualTo(200);
        assertThat(gateway.http().post(PATH, BODY, CLOSED).statusCode()).isEqualTo(200);
        assertThat(open.only().body()).asString().isEqualTo(BODY);
        assertThat(closed.only().body()).asString().isEqualTo(BODY);
    }

    @Test
    void whileThePickerIsDownOnlyThePoolThatFailsOpenServes() throws Exception {
        gateway.stopPicker();
        try {
            await("Envoy sees that the picker is gone")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> gateway.http().post(PATH, BODY, OPEN).statusCode() == 200);
            open.reset();

            byte[] megabyte = new byte[1 << 20];
            new Random(1).nextBytes(megabyte);
            assertThat(gateway.http().get("/v1/models", OPEN).statusCode()).isEqualTo(200);
            assertThat(gateway.http().post(PATH, megabyte, OPEN).statusCode()).isEqualTo(200);
            assertThat(open.received()).hasSize(2);
            assertThat(open.received().get(1).body()).isEqualTo(megabyte);

            String[] spoofed = {"x-pool", "open", "x-gateway-destination-endpoint", closedAddress};
            assertThat(gateway.http().post(PATH, BODY, spoofed).statusCode()).isEqualTo(200);
            assertThat(closed.received())
                    .as("no client chooses its endpoint, now that no picker does")
                    .isEmpty();

            assertThat(gateway.http().get("/v1/models", CLOSED).statusCode()).isEqualTo(503);
            HttpResponse<String> refused = gateway.http().post(PATH, BODY, CLOSED);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            assertThat(refused.body()).contains("\"error\"", "\"picker_unavailable\"");
            assertThat(gateway.http().post(PATH, BODY, RENAMED).statusCode())
                    .as("a server that does not know the client's name would answer 404")
                    .isEqualTo(503);
            assertThat(gateway.http().post(PATH, megabyte, CLOSED).statusCode()).isEqualTo(503);
            assertThat(closed.received()).isEmpty();
        } finally {
            restart();
        }
    }

    /// The first that finds no picker may have sent its body to it; it ends soon, and the next goes on without.
    @Test
    void ofAPoolThatFailsOpenAtMostOneRequestMeetsThePickersEnd() throws Exception {
        assertThat(gateway.http().post(PATH, BODY, OPEN).statusCode()).isEqualTo(200);
        gateway.stopPicker();
        try {
            List<Integer> failed = new ArrayList<>();
            for (int request = 0; request < 40; request++) {
                long began = System.nanoTime();
                if (gateway.http().post(PATH, BODY, OPEN).statusCode() != 200) {
                    failed.add(request);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("request %s", request)
                        .isLessThan(Duration.ofSeconds(1));
                Thread.sleep(100);
            }
            assertThat(failed).isIn(List.of(), List.of(0));
        } finally {
            restart();
        }
    }

    /// A picker that is stopped without time to drain takes the streams it was reading with it.
    @Test
    void aPickerThatStopsInTheMiddleOfAResponseBreaksTheTransferAndNeverShortensItSilently() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        open.answer((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("first".getBytes(StandardCharsets.UTF_8));
            out.flush();
            waitFor(gone);
            out.write("last".getBytes(StandardCharsets.UTF_8));
        });
        try {
            HttpResponse<InputStream> response = gateway.http()
                    .send(
                            gateway.http()
                                    .request(PATH, OPEN)
                                    .POST(BodyPublishers.ofString(BODY))
                                    .build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                assertThat(body.readNBytes("first".length())).asString().isEqualTo("first");
                gateway.stopPicker();
                gone.countDown();

                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
        } finally {
            gone.countDown();
            restart();
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void restart() throws Exception {
        gateway.restartPicker(manifests);
        await("Envoy sees that the picker is back")
                .atMost(Duration.ofSeconds(15))
                .until(() -> ok(gateway.http().post(PATH, BODY, CLOSED)));
    }

    private static boolean ok(HttpResponse<String> response) {
        return response.statusCode() == 200;
    }
}
