package dev.sluice.picker.signals.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Every engine's page, read under its name and read without one.
class EngineMetricsTest {
    private static final Map<Engine, String> PAGES = Map.of(
            Engine.VLLM, EnginePages.VLLM,
            Engine.SGLANG, EnginePages.SGLANG,
            Engine.TRTLLM_SERVE, EnginePages.TRTLLM_SERVE,
            Engine.TRITON_TENSORRT_LLM, EnginePages.TRITON_TENSORRT_LLM,
            Engine.TRITON, EnginePages.TRITON,
            Engine.TGI, EnginePages.TGI);
    private static final Map<Engine, Signals> SAID = Map.of(
            Engine.VLLM, signals(3, 7, .4375, 27_431 * 16),
            Engine.SGLANG, signals(3, 20, .31, 2 * 153_664),
            Engine.TRTLLM_SERVE, signals(8, 6, .62, 13_440 * 32),
            Engine.TRITON_TENSORRT_LLM, signals(5, 12, .4875, 6_239 * 64),
            Engine.TRITON, signals(6, 0, 0, 0),
            Engine.TGI, signals(3, 24, 0, 0));

    private static Signals signals(int waiting, int running, double kvUsage, long kvCapacity) {
        return new Signals(waiting, running, new KvCache(kvUsage, kvCapacity), Adapters.NONE, 2, 99);
    }

    private static EngineMetrics metrics(Engine engine) {
        return EngineMetrics.of(engine, (_, _, _) -> {});
    }

    private static String page(Engine engine) {
        return PAGES.getOrDefault(engine, "");
    }

    private static Signals read(EngineMetrics metrics, String page) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        metrics.begin();
        // In two pieces, as a socket has it.
        metrics.piece(bytes, 0, bytes.length / 2);
        metrics.piece(bytes, bytes.length / 2, bytes.length);
        return metrics.end(2, 99);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DETECTED")
    void readsWhatTheEnginePrints(Engine engine) {
        EngineMetrics metrics = metrics(engine);
        assertThat(read(metrics, page(engine))).isEqualTo(SAID.get(engine));
        assertThat(read(metrics, page(engine))).isEqualTo(SAID.get(engine));
        assertThat(metrics.engine()).isEqualTo(engine);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DETECTED")
    void knowsTheEngineByItsPage(Engine engine) {
        EngineMetrics metrics = metrics(Engine.DETECTED);
        assertThat(metrics.engine()).isEqualTo(Engine.DETECTED);
        assertThat(read(metrics, page(engine))).isEqualTo(SAID.get(engine));
        assertThat(metrics.engine()).isEqualTo(engine);
        assertThat(read(metrics, page(engine))).isEqualTo(SAID.get(engine));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DETECTED")
    void knowsAServerThatComesBackAsAnotherEngine(Engine engine) {
        Engine before = engine == Engine.VLLM ? Engine.SGLANG : Engine.VLLM;
        EngineMetrics metrics = metrics(Engine.DETECTED);
        read(metrics, page(before));
        assertThatIllegalArgumentException().isThrownBy(() -> read(metrics, page(engine)));
        metrics.failed(true);
        assertThat(read(metrics, page(engine))).isEqualTo(SAID.get(engine));
        assertThat(metrics.engine()).isEqualTo(engine);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DETECTED", "TGI"})
    void aPageOfAnotherEngineIsRefused(Engine engine) {
        PAGES.forEach((other, page) -> {
            // Triton prints the same of its models, whatever runs them.
            if (other != engine && !(engine == Engine.TRITON && other == Engine.TRITON_TENSORRT_LLM)) {
                assertThatIllegalArgumentException()
                        .as("%s as %s", other, engine)
                        .isThrownBy(() -> read(metrics(engine), page));
            }
        });
        assertThatIllegalArgumentException().isThrownBy(() -> read(metrics(engine), ""));
    }

    @Test
    void aPageWithoutTheQueueIsRefusedByEachEngine() {
        for (Engine engine : PAGES.keySet()) {
            String queue = Dialect.of(engine).names().getFirst();
            assertThatIllegalArgumentException()
                    .as(engine.name())
                    .isThrownBy(() -> read(metrics(engine), page(engine).replace(queue, "another_family")));
        }
    }

    @Test
    void whatIsNoPageIsNoEngines() {
        for (String page : List.of("", "<html>", "{\"iterLatencyMS\": 3}", "python_info{version=\"3.12\"} 1\n")) {
            EngineMetrics metrics = metrics(Engine.DETECTED);
            assertThatIllegalArgumentException().as(page).isThrownBy(() -> read(metrics, page));
            assertThat(metrics.engine()).isEqualTo(Engine.DETECTED);
        }
    }

    @Test
    void aLineThatCannotBeReadRulesOutOneEngineOnly() {
        assertThat(read(metrics(Engine.DETECTED), "sglang:num_queue_reqs one\n" + EnginePages.VLLM))
                .isEqualTo(SAID.get(Engine.VLLM));
    }

    @Test
    void sglangsPrioritiesAndRanksAreNoFurtherRequests() {
        assertThat(read(metrics(Engine.SGLANG), EnginePages.SGLANG_WITH_PRIORITIES))
                .isEqualTo(signals(4, 5, .5, 1_000_000));
    }

    /// Each rank of a data-parallel vLLM prints the blocks of all ranks, and the tokens of its own.
    @ParameterizedTest
    @CsvSource({
        "'kv_cache_size_tokens=\"1048576\",', 65536, 65536, 2097152",
        "'', 65536, 65536, 2097152",
        "'kv_cache_size_tokens=\"None\",', 65536, 65536, 2097152",
        "'', 65536, 32768, 3145728",
        "'kv_cache_size_tokens=\"500000\",', 32768, 32768, 1000000"
    })
    void theCacheOfADataParallelServerIsCountedOnce(String tokens, int blocks, int otherBlocks, long capacity) {
        String page = """
                vllm:num_requests_running{engine="0",model_name="tiny"} 0.0
                vllm:num_requests_running{engine="1",model_name="tiny"} 0.0
                vllm:num_requests_waiting{engine="0",model_name="tiny"} 0.0
                vllm:num_requests_waiting{engine="1",model_name="tiny"} 0.0
                vllm:cache_config_info{block_size="32",engine="0",%snum_gpu_blocks="%d"} 1.0
                vllm:cache_config_info{block_size="32",engine="1",%snum_gpu_blocks="%d"} 1.0
                """.formatted(tokens, blocks, tokens, otherBlocks);
        EngineMetrics metrics = metrics(Engine.VLLM);
        assertThat(read(metrics, page)).isEqualTo(signals(0, 0, 0, capacity));
        assertThat(read(metrics, page)).as("the next page").isEqualTo(signals(0, 0, 0, capacity));
        assertThat(metrics.ranks()).isEqualTo(2);
    }

    @Test
    void tgiSaysNothingBeforeItsFirstRequest() {
        EngineMetrics metrics = metrics(Engine.TGI);
        assertThat(read(metrics, "")).isEqualTo(signals(0, 0, 0, 0));
        assertThat(read(metrics, EnginePages.TGI)).isEqualTo(SAID.get(Engine.TGI));
        assertThatIllegalArgumentException().isThrownBy(() -> read(metrics, "tgi_request_count 1\n"));
    }

    /// The places of the first pages of which none is found.
    private static List<String> tried(Engine engine, boolean answered) {
        EngineMetrics metrics = metrics(engine);
        List<String> places = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            places.add(metrics.target().port() + metrics.target().path());
            metrics.failed(answered);
        }
        return places;
    }

    @Test
    void triesTheNextPlaceWhereThereAreSeveral() {
        assertThat(tried(Engine.VLLM, true)).containsOnly("0/metrics");
        assertThat(tried(Engine.TRTLLM_SERVE, true))
                .containsExactly("0/prometheus/metrics", "0/metrics", "0/prometheus/metrics", "0/metrics");
        assertThat(tried(Engine.TRTLLM_SERVE, false)).containsOnly("0/prometheus/metrics");
        assertThat(tried(Engine.TRITON, false)).containsExactly("8002/metrics", "0/metrics", "0/metrics", "0/metrics");
        assertThat(tried(Engine.DETECTED, true))
                .containsExactly("0/metrics", "0/prometheus/metrics", "8002/metrics", "0/metrics");
        assertThat(tried(Engine.DETECTED, false)).containsOnly("0/metrics");
    }

    @Test
    void aServerThatIsAwayForAMomentIsNotAnother() {
        EngineMetrics metrics = metrics(Engine.DETECTED);
        read(metrics, EnginePages.SGLANG);
        metrics.failed(false);
        assertThat(metrics.engine()).isEqualTo(Engine.SGLANG);
        metrics.failed(true);
        assertThat(metrics.engine()).isEqualTo(Engine.DETECTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SGLANG", "TRTLLM_SERVE"})
    void tellsTheTimesToTheFirstTokenOfAnyEngineThatPrintsThem(Engine engine) {
        List<String> told = new ArrayList<>();
        EngineMetrics metrics =
                EngineMetrics.of(Engine.DETECTED, (model, count, nanos) -> told.add(model + " " + count + " " + nanos));
        String page = page(engine);
        read(metrics, page);
        boolean sglang = engine == Engine.SGLANG;
        read(
                metrics,
                page.replace(sglang ? "} 120.0" : "} 4.0", sglang ? "} 121.0" : "} 5.0")
                        .replace(sglang ? "} 30.5" : "} 0.75", sglang ? "} 30.75" : "} 1.0"));
        assertThat(told).containsExactly((sglang ? "qwen3-32b" : "llama-8b") + " 1 250000000");
    }
}
