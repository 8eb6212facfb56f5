package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.ForeignGateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gateways show bodies to the picker in several ways; it does what each of them allows.
class BodyModesIT {
    private static final String REQUEST = "{\"model\":\"public\",\"prompt\":\"hello\"}";
    private static final String ANSWER =
            "{\"model\":\"served\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";

    private static RecordingPod pod;
    private static ForeignGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Loopback pods = Loopback.of(1);
        pod = RecordingPod.start(pods.socket(0));
        gateway = ForeignGateway.start(Manifests.all(
                Manifests.onePool("FailClose", pods), Manifests.adapter("public", "public", "pool", "served")));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        pod.close();
    }

    @BeforeEach
    void answer() {
        pod.reset();
        pod.answer((exchange, request) -> {
            exchange.getResponseHeaders().set("content-type", "application/json");
            RecordingPod.status(200, ANSWER).to(exchange, request);
        });
    }

    @ParameterizedTest
    @CsvSource({"FULL_DUPLEX_STREAMED,FULL_DUPLEX_STREAMED", "BUFFERED,BUFFERED", "BUFFERED,STREAMED", "BUFFERED,NONE"})
    void renamesAndPricesWhereTheBodyIsSeenWhole(String requestMode, String responseMode) throws Exception {
        HttpResponse<String> response = gateway.complete(requestMode, responseMode, REQUEST);
        assertThat(response.statusCode()).isEqualTo(200);
        RecordingPod.Received received = pod.only();
        String sent = new String(received.body(), StandardCharsets.UTF_8);
        assertThat(sent).isEqualTo(REQUEST.replace("public", "served"));
        assertThat(received.header("content-length")).isIn("null", Integer.toString(sent.length()));
        assertThat(response.body())
                .isEqualTo(responseMode.equals("NONE") ? ANSWER : ANSWER.replace("served", "public"));
        assertThat(gateway.policyOf(response)).isEqualTo("COST");
    }

    @ParameterizedTest
    @CsvSource({"STREAMED,STREAMED", "NONE,NONE"})
    void placesByLoadAndRenamesNothingWhereTheBodyIsNot(String requestMode, String responseMode) throws Exception {
        HttpResponse<String> response = gateway.complete(requestMode, responseMode, REQUEST);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(pod.only().body(), StandardCharsets.UTF_8)).isEqualTo(REQUEST);
        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(gateway.policyOf(response)).isEqualTo("LEAST_REQUEST");
    }
}
