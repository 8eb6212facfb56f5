package dev.sluice.picker.signals.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VllmMetricsTest {
    private static final String PAGE = """
            # HELP python_gc_objects_collected_total Objects collected during gc
            # TYPE python_gc_objects_collected_total counter
            python_gc_objects_collected_total{generation="0"} 9174.0
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 7.0
            # TYPE vllm:num_requests_waiting gauge
            vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 3.0
            # TYPE vllm:kv_cache_usage_perc gauge
            vllm:kv_cache_usage_perc{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} 0.4375
            vllm:prefix_cache_queries_total{engine="0",model_name="m"} 1.2e+06
            vllm:cache_config_info{block_size="16",cache_dtype="auto",cpu_kvcache_space_bytes="None",engine="0",\
            gpu_memory_utilization="0.9",num_gpu_blocks="27431",prefix_caching_hash_algo="sha256"} 1.0
            vllm:time_to_first_token_seconds_bucket{engine="0",le="0.001",model_name="m"} 0.0
            vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} 12.0
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="sql,chat",waiting_lora_adapters=""} 1.7000001e+09
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="sql",waiting_lora_adapters="code"} 1.7000003e+09
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="",waiting_lora_adapters=""} 1.7000002e+09
            """;

    private static Signals read(String page) {
        return read(new DialectMetrics(Engine.VLLM, (_, _, _) -> {}), page);
    }

    private static Signals read(EngineMetrics metrics, String page) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        metrics.begin();
        metrics.piece(bytes, 0, bytes.length);
        return metrics.end(2, 99);
    }

    @Test
    void readsWhatAnEnginePrints() {
        assertThat(read(PAGE))
                .isEqualTo(new Signals(
                        3, 7, new KvCache(.4375, 27_431 * 16), new Adapters(Set.of("sql"), Set.of("code"), 4), 2, 99));
    }

    @Test
    void enginesOfOneServerAddUp() {
        Signals signals = read(PAGE + """
                vllm:num_requests_running{engine="1",model_name="m"} 2
                vllm:num_requests_waiting{engine="1",model_name="m"} 5
                vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.9
                vllm:cache_config_info{block_size="16",engine="1",num_gpu_blocks="1000"} 1.0
                """);
        assertThat(signals.running()).isEqualTo(9);
        assertThat(signals.waiting()).isEqualTo(8);
        assertThat(signals.kvCache().usage()).isEqualTo(.9);
        assertThat(signals.kvCache().capacityTokens()).isEqualTo(28_431 * 16);
    }

    @Test
    void whatIsNotKnownYetIsZero() {
        Signals signals = read(PAGE.replace("\"27431\"", "\"None\""));
        assertThat(signals.kvCache().capacityTokens()).isZero();
    }

    @Test
    void readsTheOldNameOfTheCachesUsage() {
        assertThat(read(PAGE.replace("kv_cache_usage_perc", "gpu_cache_usage_perc"))
                        .kvCache()
                        .usage())
                .isEqualTo(.4375);
    }

    @Test
    void anEngineWithoutAdaptersHasNone() {
        assertThat(read("vllm:num_requests_running 1\nvllm:num_requests_waiting 0")
                        .adapters())
                .isEqualTo(Adapters.NONE);
    }

    @Test
    void aPageOfSomethingElseIsRefused() {
        for (String page : List.of(
                "",
                "<html>",
                "vllm:num_requests_running 1\n",
                "vllm:num_requests_waiting\nvllm:num_requests_running 1\n",
                "vllm:num_requests_waiting one\nvllm:num_requests_running 1\n",
                "vllm:num_requests_waiting{engine=\"0",
                "vllm:num_requests_waiting{engine=\"0\"",
                "vllm:num_requests_waiting{engine} 1")) {
            assertThatIllegalArgumentException().as(page).isThrownBy(() -> read(page));
        }
    }

    @Test
    void onePageLeavesNothingForTheNext() {
        EngineMetrics metrics = new DialectMetrics(Engine.VLLM, (_, _, _) -> {});
        Signals all = read(metrics, PAGE);
        assertThat(read(metrics, "vllm:num_requests_running 1\nvllm:num_requests_waiting 0"))
                .isEqualTo(new Signals(0, 1, new KvCache(0, 0), Adapters.NONE, 2, 99));
        assertThatIllegalArgumentException().isThrownBy(() -> read(metrics, PAGE + "vllm:num_requests_waiting x"));
        assertThat(read(metrics, PAGE)).isEqualTo(all);
    }

    @Test
    void tellsWhatTheEngineSaysOfItsTimesToTheFirstToken() {
        List<String> told = new ArrayList<>();
        EngineMetrics metrics =
                new DialectMetrics(Engine.VLLM, (model, count, nanos) -> told.add(model + " " + count + " " + nanos));
        read(metrics, PAGE + "vllm:time_to_first_token_seconds_sum{engine=\"0\",model_name=\"m\"} 3.5\n");
        assertThat(told).isEmpty();
        read(
                metrics,
                PAGE.replace("le=\"+Inf\",model_name=\"m\"} 12", "le=\"+Inf\",model_name=\"m\"} 13")
                        + "vllm:time_to_first_token_seconds_sum{engine=\"0\",model_name=\"m\"} 3.75\n");
        assertThat(told).containsExactly("m 1 250000000");
        assertThatIllegalArgumentException().isThrownBy(() -> read(metrics, PAGE.replace("\"0.001\"", "\"many\"")));
    }

    @Test
    void aPageThatIsKnownIsReadWithoutAllocating() {
        EngineMetrics metrics = new DialectMetrics(Engine.VLLM, (_, _, _) -> {});
        byte[] page = (PAGE + "# TYPE vllm:request_prompt_tokens histogram\n"
                        + "vllm:request_prompt_tokens_bucket{engine=\"0\",le=\"1\",model_name=\"m\"} 7.0\n".repeat(400))
                .getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readMany(metrics, page, 1_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        readMany(metrics, page, 1_000);
        // The signals themselves, and the few numbers that are no plain decimals.
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 1_000).isLessThan(1_000);
    }

    private static void readMany(EngineMetrics metrics, byte[] page, int times) {
        for (int i = 0; i < times; i++) {
            metrics.begin();
            metrics.piece(page, 0, page.length);
            metrics.end(0, i);
        }
    }
}
