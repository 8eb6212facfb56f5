package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(\\{[^}]*})? (\\S+)");
    private static final String LABELS = "{engine=\"0\",model_name=\"llama\"}";
    private ModelServer server;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        server =
                ModelServer.start(ServerConfig.of("vllm-0", Client.anyPort(), "llama", EngineConfig.of(Profile.H100_8B))
                        .withAdapters(List.of("sql")));
        client = new Client(server.address());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void everySampleBelongsToAFamilyThatHasATypeAndHelp() throws Exception {
        complete("llama", 5);
        Map<String, String> types = new LinkedHashMap<>();
        String helped = "";
        for (String line : client.get("/metrics").body().split("\n")) {
            if (line.startsWith("# HELP ")) {
                helped = line.split(" ")[2];
            } else if (line.startsWith("# TYPE ")) {
                assertThat(line.split(" ")[2]).isEqualTo(helped);
                assertThat(types.put(helped, line.split(" ")[3])).as(helped).isNull();
            } else {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(sample.group(1)).as(line).startsWith(helped);
                assertThat(Double.parseDouble(sample.group(3))).isNotNaN();
            }
        }
        assertThat(types).hasSizeGreaterThan(40);
        assertThat(types)
                .containsEntry("vllm:num_requests_running", "gauge")
                .containsEntry("vllm:num_requests_waiting", "gauge")
                .containsEntry("vllm:kv_cache_usage_perc", "gauge")
                .containsEntry("vllm:prefix_cache_queries_total", "counter")
                .containsEntry("vllm:prefix_cache_hits_total", "counter")
                .containsEntry("vllm:cache_config_info", "gauge")
                .containsEntry("vllm:lora_requests_info", "gauge")
                .containsEntry("vllm:time_to_first_token_seconds", "histogram")
                .containsEntry("vllm:inter_token_latency_seconds", "histogram")
                .containsEntry("vllm:e2e_request_latency_seconds", "histogram");
    }

    /// With a model's name of usual length, as vLLM 0.11 prints it.
    @Test
    void aPageIsAsLongAsARealOne() throws Exception {
        complete("llama", 5);
        assertThat(client.get("/metrics").body().length()).isBetween(40_000, 60_000);
    }

    @Test
    void httpRequestsAreCountedAsFastApisInstrumentationDoes() throws Exception {
        complete("llama", 5);
        complete("llama", 5);
        assertThat(samples())
                .containsEntry("http_requests_total{handler=\"/v1/completions\",method=\"POST\",status=\"2xx\"}", 2.0)
                .containsEntry(
                        "http_request_duration_seconds_bucket"
                                + "{handler=\"/v1/completions\",le=\"+Inf\",method=\"POST\"}",
                        2.0)
                .containsEntry("http_request_duration_seconds_count{handler=\"/v1/completions\",method=\"POST\"}", 2.0)
                .containsEntry("http_response_size_bytes_count{handler=\"/v1/completions\"}", 2.0)
                .containsKey("http_request_duration_highr_seconds_bucket{le=\"0.075\"}")
                .containsEntry("http_request_duration_highr_seconds_bucket{le=\"+Inf\"}", 2.0)
                .containsEntry("http_request_duration_highr_seconds_count", 2.0);
    }

    @Test
    void requestsAreCountedInTokensAndTimes() throws Exception {
        complete("llama", 5);
        complete("llama", 5);
        Map<String, Double> samples = samples();
        assertThat(samples)
                .containsEntry("vllm:generation_tokens_total" + LABELS, 10.0)
                .containsEntry("vllm:prompt_tokens_total" + LABELS, 200.0)
                .containsEntry("vllm:prefix_cache_queries_total" + LABELS, 200.0)
                .containsEntry("vllm:prefix_cache_hits_total" + LABELS, 96.0)
                .containsEntry("vllm:time_to_first_token_seconds_count" + LABELS, 2.0)
                .containsEntry("vllm:inter_token_latency_seconds_count" + LABELS, 8.0)
                .containsEntry("vllm:e2e_request_latency_seconds_count" + LABELS, 2.0)
                .containsEntry("vllm:num_requests_running" + LABELS, 0.0)
                .containsEntry(
                        "vllm:request_success_total{engine=\"0\",finished_reason=\"length\",model_name=\"llama\"}", 2.0)
                .containsEntry(
                        "vllm:time_to_first_token_seconds_bucket{engine=\"0\",le=\"+Inf\",model_name=\"llama\"}", 2.0)
                .containsEntry(
                        "vllm:time_to_first_token_seconds_bucket{engine=\"0\",le=\"0.005\",model_name=\"llama\"}", 0.0);
        // Steps of 9.4 ms: 8 of them between the tokens.
        assertThat(samples.get("vllm:inter_token_latency_seconds_sum" + LABELS)).isBetween(0.06, 5.0);
    }

    @Test
    void adaptersInUseAreNamedByTheirGauge() throws Exception {
        assertThat(client.get("/metrics").body()).doesNotContain("lora_requests_info{");
        Thread load = Thread.startVirtualThread(() -> completeQuietly("sql", 60));
        try {
            Map<String, Double> samples = samples();
            for (int i = 0; i < 100 && samples.keySet().stream().noneMatch(MetricsTest::namesSql); i++) {
                Thread.sleep(10);
                samples = samples();
            }
            assertThat(samples.keySet()).anyMatch(MetricsTest::namesSql);
        } finally {
            load.join();
        }
        assertThat(client.get("/metrics").body())
                .contains("max_lora=\"4\",running_lora_adapters=\"\",waiting_lora_adapters=\"\"} 1.");
    }

    private static boolean namesSql(String series) {
        return series.contains("running_lora_adapters=\"sql\"");
    }

    private void completeQuietly(String model, int tokens) {
        try {
            complete(model, tokens);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void complete(String model, int tokens) throws Exception {
        client.json("/v1/completions", """
                {"model":"%s","prompt":"%s","max_tokens":%d,"ignore_eos":true}""".formatted(model, "word ".repeat(80), tokens));
    }

    private Map<String, Double> samples() throws Exception {
        Map<String, Double> samples = new LinkedHashMap<>();
        for (String line : client.get("/metrics").body().split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                String labels = sample.group(2) == null ? "" : sample.group(2);
                samples.put(sample.group(1) + labels, Double.parseDouble(sample.group(3)));
            }
        }
        return samples;
    }
}
