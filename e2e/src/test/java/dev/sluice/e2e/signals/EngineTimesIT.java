package dev.sluice.e2e.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.GatewayStack;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where answers do not pass through the picker, the engines tell it their times to the first token.
class EngineTimesIT {
    private static final int REQUESTS = 12;

    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2).editingPool(pool -> pool + """
            ---
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePoolPolicy
            metadata: {name: llama}
            spec: {targetRefs: [{name: llama}], responseProcessing: Headers}
            """);

    @Test
    void theMeterOfTheFirstTokenHasWhatTheEnginesCounted() throws Exception {
        URI meters = STACK.pickerAdmin().resolve("/metrics");
        await().until(() -> sum(meters, "sluice_endpoints_unread", "") == 0);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(STACK.post("/v1/chat/completions", """
                            {"model":"%s","max_tokens":3,"messages":[{"role":"user","content":"question %d"}]}
                            """.formatted(GatewayStack.MODEL, i))
                            .statusCode())
                    .isEqualTo(200);
        }
        String counted = "sluice_time_to_first_token_seconds_count";
        await().until(() -> sum(meters, counted, "source=\"engine\"") == REQUESTS);
        assertThat(sum(meters, counted, "source=\"picker\"")).isZero();
        double engines = 0;
        for (var server : STACK.servers()) {
            URI page = URI.create("http://" + server.address().getAddress().getHostAddress() + ":"
                    + server.address().getPort() + "/metrics");
            engines += sum(page, "vllm:time_to_first_token_seconds_sum", "");
        }
        assertThat(sum(meters, "sluice_time_to_first_token_seconds_sum", "source=\"engine\""))
                .isCloseTo(engines, within(1e-6));
    }

    /// All samples of a family that have a label.
    private static double sum(URI page, String family, String label) throws IOException, InterruptedException {
        return STACK.get(page)
                .body()
                .lines()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
