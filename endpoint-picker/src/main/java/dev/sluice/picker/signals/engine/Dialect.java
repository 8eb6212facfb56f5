package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.signals.exposition.SampleText;
import java.util.List;
import java.util.Map;

/// The metric families of one engine that the picker reads, and what their labels mean.
///
/// The names come from the engines' own documentation: vLLM "Production Metrics", SGLang "Production Metrics",
/// TensorRT-LLM's Prometheus endpoint, Triton "Metrics" and its TensorRT-LLM backend's README, TGI "Metrics".
///
/// @param targets where a server may serve the page; when one fails, the next is tried
/// @param needs families that every page must have
record Dialect(List<ScrapeTarget> targets, Needs needs, List<Family> families) {
    private static final ScrapeTarget METRICS = new ScrapeTarget(ScrapeTarget.OWN_PORT, "/metrics");
    /// `trtllm-serve` has iteration statistics in JSON at `/metrics`.
    private static final ScrapeTarget PROMETHEUS = new ScrapeTarget(ScrapeTarget.OWN_PORT, "/prometheus/metrics");
    /// Triton has a port for its metrics alone, but its OpenAI frontend has them beside its API.
    private static final ScrapeTarget TRITONS_PORT = new ScrapeTarget(8002, "/metrics");

    private static final Series IGNORED = new Series.IgnoredSeries();

    /// Targets of servers whose engine is not known.
    static final List<ScrapeTarget> ALL_TARGETS = List.of(METRICS, PROMETHEUS, TRITONS_PORT);

    /// Families of queue and batch that every page has.
    enum Needs {
        QUEUE_AND_BATCH,
        QUEUE,
        /// A gauge is printed once it has been set, which the first request does.
        NOTHING_BEFORE_THE_FIRST_REQUEST
    }

    /// @param reading the meaning of a series, by its labels
    record Family(String name, DialectReading reading) {
        interface DialectReading {
            Series of(Map<String, String> labels);
        }

        static Family of(String name, Series meaning) {
            return new Family(name, _ -> meaning);
        }
    }

    private static final Dialect VLLM = new Dialect(
            List.of(METRICS),
            Needs.QUEUE_AND_BATCH,
            List.of(
                    Family.of("vllm:num_requests_waiting", new Series.WaitingSeries()),
                    Family.of("vllm:num_requests_running", new Series.Running()),
                    Family.of("vllm:kv_cache_usage_perc", new Series.KvUsage()),
                    // Its name before vLLM 0.11.
                    Family.of("vllm:gpu_cache_usage_perc", new Series.KvUsage()),
                    new Family("vllm:cache_config_info", Dialect::vllmCapacity),
                    // Absent until the first adapter is used.
                    new Family("vllm:lora_requests_info", Dialect::lora),
                    new Family("vllm:time_to_first_token_seconds_bucket", Dialect::firstTokenBucket),
                    Family.of("vllm:time_to_first_token_seconds_sum", new Series.FirstTokenSum()),
                    new Family("vllm:iteration_tokens_total_bucket", Dialect::stepTokensBucket),
                    total("vllm:time_to_first_token_seconds_count", Series.CounterSeries.PROMPTS),
                    total("vllm:prompt_tokens_total", Series.CounterSeries.PROMPT_TOKENS),
                    total("vllm:generation_tokens_total", Series.CounterSeries.GENERATED_TOKENS),
                    total("vllm:inter_token_latency_seconds_sum", Series.CounterSeries.STEP_SECONDS),
                    total("vllm:inter_token_latency_seconds_count", Series.CounterSeries.STEPS),
                    // Their names in older versions.
                    total("vllm:time_per_output_token_seconds_sum", Series.CounterSeries.OLD_STEP_SECONDS),
                    total("vllm:time_per_output_token_seconds_count", Series.CounterSeries.OLD_STEPS)));

    private static final Dialect SGLANG = new Dialect(
            List.of(METRICS),
            Needs.QUEUE_AND_BATCH,
            List.of(
                    new Family("sglang:num_queue_reqs", whole(new Series.WaitingSeries())),
                    new Family("sglang:num_running_reqs", whole(new Series.Running())),
                    new Family("sglang:token_usage", whole(new Series.KvUsage())),
                    new Family("sglang:cache_config_info", capacity("page_size", "num_pages")),
                    // In place of those labels since SGLang 0.5.11.
                    new Family("sglang:page_size", whole(new Series.KvBlockTokens())),
                    new Family("sglang:num_pages", whole(new Series.KvBlocks())),
                    new Family("sglang:time_to_first_token_seconds_bucket", Dialect::firstTokenBucket),
                    Family.of("sglang:time_to_first_token_seconds_sum", new Series.FirstTokenSum()),
                    // Counted as requests end, as their tokens are.
                    wholeTotal("sglang:num_requests_total", Series.CounterSeries.PROMPTS),
                    wholeTotal("sglang:prompt_tokens_total", Series.CounterSeries.PROMPT_TOKENS),
                    wholeTotal("sglang:generation_tokens_total", Series.CounterSeries.GENERATED_TOKENS)));

    private static final Dialect TRTLLM_SERVE = new Dialect(
            List.of(PROMETHEUS, METRICS),
            Needs.QUEUE_AND_BATCH,
            List.of(
                    Family.of("trtllm_num_requests_waiting", new Series.WaitingSeries()),
                    Family.of("trtllm_num_requests_running", new Series.Running()),
                    Family.of("trtllm_kv_cache_utilization", new Series.KvUsage()),
                    Family.of("trtllm_kv_cache_max_blocks", new Series.KvBlocks()),
                    Family.of("trtllm_kv_cache_tokens_per_block", new Series.KvBlockTokens()),
                    new Family("trtllm_time_to_first_token_seconds_bucket", Dialect::firstTokenBucket),
                    Family.of("trtllm_time_to_first_token_seconds_sum", new Series.FirstTokenSum())));

    private static final Dialect TRITON_TENSORRT_LLM = new Dialect(
            List.of(TRITONS_PORT, METRICS),
            Needs.QUEUE_AND_BATCH,
            List.of(
                    new Family(
                            "nv_trt_llm_request_metrics", labels -> switch (labels.getOrDefault("request_type", "")) {
                                case "waiting" -> new Series.WaitingSeries();
                                case "scheduled" -> new Series.Running();
                                default -> IGNORED;
                            }),
                    new Family("nv_trt_llm_kv_cache_block_metrics", labels -> switch (labels.getOrDefault(
                            "kv_cache_block_type", "")) {
                        case "fraction" -> new Series.KvUsage();
                        case "max" -> new Series.KvBlocks();
                        case "tokens_per" -> new Series.KvBlockTokens();
                        default -> IGNORED;
                    })));

    /// Triton has no gauge of what runs: `nv_inference_exec_count` counts all executions since the start.
    private static final Dialect TRITON = new Dialect(
            List.of(TRITONS_PORT, METRICS),
            Needs.QUEUE,
            List.of(Family.of("nv_inference_pending_request_count", new Series.WaitingSeries())));

    /// Of its KV cache TGI prints only what the running batch has reserved, not how much there is.
    private static final Dialect TGI = new Dialect(
            List.of(METRICS),
            Needs.NOTHING_BEFORE_THE_FIRST_REQUEST,
            List.of(
                    Family.of("tgi_queue_size", new Series.WaitingSeries()),
                    Family.of("tgi_batch_current_size", new Series.Running()),
                    Family.of("tgi_request_count", new Series.Requests())));

    Dialect {
        targets = List.copyOf(targets);
        families = List.copyOf(families);
    }

    /// @throws IllegalArgumentException for an engine that has yet to be detected
    static Dialect of(Engine engine) {
        return switch (engine) {
            case VLLM -> VLLM;
            case SGLANG -> SGLANG;
            case TRTLLM_SERVE -> TRTLLM_SERVE;
            case TRITON_TENSORRT_LLM -> TRITON_TENSORRT_LLM;
            case TRITON -> TRITON;
            case TGI -> TGI;
            case DETECTED -> throw new IllegalArgumentException("no one dialect is spoken by all engines");
        };
    }

    List<String> names() {
        return families.stream().map(Family::name).toList();
    }

    Series meaning(String family, Map<String, String> labels) {
        for (Family each : families) {
            if (each.name().equals(family)) {
                return each.reading().of(labels);
            }
        }
        throw new IllegalStateException("not asked for: " + family);
    }

    /// Ignores the parts that SGLang prints beside a total: a series for each priority, and a copy for each
    /// further rank of an engine.
    private static Family.DialectReading whole(Series meaning) {
        return labels -> {
            boolean part = !labels.getOrDefault("priority", "").isEmpty();
            boolean repeated = !labels.containsKey("dp_rank")
                    && !(labels.getOrDefault("tp_rank", "0").equals("0")
                            && labels.getOrDefault("pp_rank", "0").equals("0"));
            return part || repeated ? IGNORED : meaning;
        };
    }

    private static Family total(String name, Series.CounterSeries what) {
        return Family.of(name, new Series.Total(what));
    }

    private static Family wholeTotal(String name, Series.CounterSeries what) {
        return new Family(name, whole(new Series.Total(what)));
    }

    private static Family.DialectReading capacity(String blockTokens, String blocks) {
        return labels -> new Series.KvCapacity(
                EngineLabels.number(labels, blockTokens) * EngineLabels.number(labels, blocks), false);
    }

    private static Series vllmCapacity(Map<String, String> labels) {
        double ofRank = EngineLabels.number(labels, EngineLabels.RANK_TOKENS);
        return ofRank > 0
                ? new Series.KvCapacity(ofRank, false)
                : new Series.KvCapacity(EngineLabels.capacityTokens(labels), true);
    }

    private static Series lora(Map<String, String> labels) {
        return new Series.Lora(EngineLabels.adapters(labels));
    }

    private static Series stepTokensBucket(Map<String, String> labels) {
        double bound = SampleText.number(labels.getOrDefault("le", ""));
        return bound >= 0 ? new Series.StepTokensBucket(bound) : IGNORED;
    }

    private static Series firstTokenBucket(Map<String, String> labels) {
        double bound = SampleText.number(labels.getOrDefault("le", ""));
        return bound >= 0 ? new Series.FirstTokenBucket(bound, labels.getOrDefault("model_name", "")) : IGNORED;
    }
}
