package dev.sluice.picker.signals.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.EngineTotals.Counting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What engines have counted, as their pages say it.
class EngineTotalsPagesTest {
    private static final String VLLM_QUEUE = """
            vllm:num_requests_running{engine="0",model_name="tiny"} 0.0
            vllm:num_requests_waiting{engine="0",model_name="tiny"} 0.0
            """;
    private static final String SGLANG_QUEUE = """
            sglang:num_running_reqs{engine_type="unified",model_name="tiny",moe_ep_rank="0",pp_rank="0",tp_rank="0"} 0.0
            sglang:num_queue_reqs{engine_type="unified",model_name="tiny",moe_ep_rank="0",pp_rank="0",tp_rank="0"} 0.0
            """;

    /// vLLM 0.32.
    private static final String VLLM = VLLM_QUEUE + """
            vllm:prompt_tokens_total{engine="0",model_name="tiny"} 1607.0
            vllm:prompt_tokens_created{engine="0",model_name="tiny"} 1.7960057921705794e+09
            vllm:prompt_tokens_by_source_total{engine="0",model_name="tiny",source="local_compute"} 807.0
            vllm:prompt_tokens_cached_total{engine="0",model_name="tiny"} 800.0
            vllm:generation_tokens_total{engine="0",model_name="tiny"} 68.0
            vllm:generation_tokens_created{engine="0",model_name="tiny"} 1.796005792170845e+09
            vllm:request_prompt_tokens_sum{engine="0",model_name="tiny"} 1607.0
            vllm:time_to_first_token_seconds_count{engine="0",model_name="tiny"} 3.0
            vllm:time_to_first_token_seconds_sum{engine="0",model_name="tiny"} 0.3387327194213867
            vllm:inter_token_latency_seconds_bucket{engine="0",le="0.01",model_name="tiny"} 63.0
            vllm:inter_token_latency_seconds_bucket{engine="0",le="+Inf",model_name="tiny"} 65.0
            vllm:inter_token_latency_seconds_count{engine="0",model_name="tiny"} 65.0
            vllm:inter_token_latency_seconds_sum{engine="0",model_name="tiny"} 0.42429017000006297
            vllm:request_time_per_output_token_seconds_count{engine="0",model_name="tiny"} 3.0
            """;

    /// llm-d-inference-sim, which has both names of the time between tokens.
    private static final String SIMULATOR = """
            vllm:generation_tokens_total{model_name="tiny"} 605
            vllm:inter_token_latency_seconds_sum{model_name="tiny"} 13.712000000000112
            vllm:inter_token_latency_seconds_count{model_name="tiny"} 589
            vllm:num_requests_running{model_name="tiny"} 0
            vllm:num_requests_waiting{model_name="tiny"} 0
            vllm:prompt_tokens_total{model_name="tiny"} 1376
            vllm:request_prompt_tokens_sum{model_name="tiny"} 1376
            vllm:time_per_output_token_seconds_sum{model_name="tiny"} 13.712000000000112
            vllm:time_per_output_token_seconds_count{model_name="tiny"} 589
            vllm:time_to_first_token_seconds_count{model_name="tiny"} 16
            """;

    /// SGLang 0.5.23.
    private static final String SGLANG = SGLANG_QUEUE + """
            sglang:time_to_first_token_seconds_count{engine_type="unified",is_streaming="false",model_name="tiny"} 2.0
            sglang:prompt_tokens_histogram_sum{engine_type="unified",model_name="tiny"} 802.0
            sglang:prompt_tokens_total{engine_type="unified",is_streaming="false",model_name="tiny"} 802.0
            sglang:generation_tokens_total{engine_type="unified",is_streaming="false",model_name="tiny"} 32.0
            sglang:num_requests_total{engine_type="unified",is_streaming="false",model_name="tiny"} 2.0
            """;

    private static EngineTotals read(Engine engine, String page) {
        return read(EngineMetrics.of(engine, (_, _, _) -> {}), page);
    }

    private static EngineTotals read(EngineMetrics metrics, String page) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        metrics.begin();
        metrics.piece(bytes, 0, bytes.length);
        metrics.end(0, 99);
        return metrics.totals();
    }

    @Test
    void readsVllms() {
        EngineTotals totals = new EngineTotals(3, 1_607, 68, 0.42429017000006297, 65, Counting.AT_FIRST_TOKEN);
        assertThat(read(Engine.VLLM, VLLM)).isEqualTo(totals);
        assertThat(read(Engine.DETECTED, VLLM)).isEqualTo(totals);
    }

    /// Lines of vLLM 0.32.
    @Test
    void readsTheLargestStepOfVllm() {
        String steps = """
                vllm:iteration_tokens_total_bucket{engine="0",le="1.0",model_name="tiny"} 65.0
                vllm:iteration_tokens_total_bucket{engine="0",le="8.0",model_name="tiny"} 67.0
                vllm:iteration_tokens_total_bucket{engine="0",le="512.0",model_name="tiny"} 67.0
                vllm:iteration_tokens_total_bucket{engine="0",le="1024.0",model_name="tiny"} 68.0
                vllm:iteration_tokens_total_bucket{engine="0",le="16384.0",model_name="tiny"} 68.0
                vllm:iteration_tokens_total_bucket{engine="0",le="+Inf",model_name="tiny"} 68.0
                """;
        String second = steps.replace("engine=\"0\"", "engine=\"1\"")
                .replace("16384.0\",model_name=\"tiny\"} 68", "16384.0\",model_name=\"tiny\"} 69")
                .replace("+Inf\",model_name=\"tiny\"} 68", "+Inf\",model_name=\"tiny\"} 69");
        assertThat(largestStep(Engine.VLLM, VLLM + steps)).isEqualTo(1_024);
        assertThat(largestStep(Engine.DETECTED, VLLM + steps)).isEqualTo(1_024);
        assertThat(largestStep(Engine.VLLM, VLLM + steps + second))
                .as("of several engines")
                .isEqualTo(16_384);
        assertThat(largestStep(
                        Engine.VLLM,
                        VLLM + steps.replace("+Inf\",model_name=\"tiny\"} 68", "+Inf\",model_name=\"tiny\"} 70")))
                .as("beyond the last bound")
                .isEqualTo(32_768);
        assertThat(largestStep(Engine.VLLM, VLLM + steps.replace("68.0", "NaN")))
                .isNaN();
        assertThat(largestStep(Engine.VLLM, VLLM)).isNaN();
        assertThat(largestStep(Engine.SGLANG, SGLANG)).isNaN();
    }

    private static double largestStep(Engine engine, String page) {
        EngineMetrics metrics = EngineMetrics.of(engine, (_, _, _) -> {});
        read(metrics, page);
        return metrics.largestStepTokens();
    }

    @Test
    void readsTheSimulatorsStepsOnce() {
        assertThat(read(Engine.VLLM, SIMULATOR))
                .isEqualTo(new EngineTotals(16, 1_376, 605, 13.712000000000112, 589, Counting.AT_FIRST_TOKEN));
    }

    @Test
    void readsTheOldNameOfTheTimeBetweenTokens() {
        EngineTotals totals = read(Engine.VLLM, SIMULATOR.replace("inter_token_latency", "another_latency"));
        assertThat(totals.stepSeconds()).isEqualTo(13.712000000000112);
        assertThat(totals.steps()).isEqualTo(589);
    }

    @Test
    void readsSglangs() {
        EngineTotals totals = new EngineTotals(2, 802, 32, Double.NaN, Double.NaN, Counting.AT_END);
        assertThat(read(Engine.SGLANG, SGLANG)).isEqualTo(totals);
        assertThat(read(Engine.DETECTED, SGLANG)).isEqualTo(totals);
    }

    @Test
    void enginesOfOneServerAddUp() {
        EngineTotals totals = read(Engine.VLLM, VLLM + """
                vllm:prompt_tokens_total{engine="1",model_name="tiny"} 393
                vllm:inter_token_latency_seconds_count{engine="1",model_name="tiny"} 35
                """);
        assertThat(totals.promptTokens()).isEqualTo(2_000);
        assertThat(totals.steps()).isEqualTo(100);
        EngineTotals streamed = read(
                Engine.SGLANG, SGLANG + "sglang:prompt_tokens_total{is_streaming=\"true\",model_name=\"tiny\"} 198\n");
        assertThat(streamed.promptTokens()).isEqualTo(1_000);
    }

    @Test
    void sglangsFurtherRanksAndPrioritiesCountOnce() {
        EngineTotals totals = read(Engine.SGLANG, SGLANG + """
                sglang:prompt_tokens_total{is_streaming="false",model_name="tiny",pp_rank="0",tp_rank="1"} 802
                sglang:prompt_tokens_total{is_streaming="false",model_name="tiny",priority="10"} 802
                """);
        assertThat(totals.promptTokens()).isEqualTo(802);
    }

    @Test
    void whatCannotBeIsNoTotal() {
        for (String value : List.of("NaN", "-1", "+Inf", "1e300")) {
            EngineTotals totals = read(
                    Engine.VLLM, VLLM + "vllm:prompt_tokens_total{engine=\"1\",model_name=\"tiny\"} " + value + "\n");
            assertThat(totals.promptTokens()).as(value).isNaN();
            assertThat(totals.generatedTokens()).isEqualTo(68);
        }
    }

    @Test
    void onePageLeavesNothingForTheNext() {
        EngineMetrics metrics = EngineMetrics.of(Engine.VLLM, (_, _, _) -> {});
        EngineTotals first = read(metrics, VLLM);
        assertThat(read(metrics, VLLM_QUEUE)).isEqualTo(EngineTotals.NONE);
        assertThat(read(metrics, VLLM)).isEqualTo(first);
    }
}
