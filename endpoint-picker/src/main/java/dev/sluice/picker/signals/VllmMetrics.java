package dev.sluice.picker.signals;

import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Signals;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads what one vLLM server says about itself.
final class VllmMetrics implements EngineMetrics {
    private static final String WAITING = "vllm:num_requests_waiting";
    private static final String RUNNING = "vllm:num_requests_running";
    private static final String KV_USAGE = "vllm:kv_cache_usage_perc";
    /// What the same was called before vLLM 0.11.
    private static final String KV_USAGE_OLD = "vllm:gpu_cache_usage_perc";

    private static final String CACHE_CONFIG = "vllm:cache_config_info";
    /// Absent until the first adapter is used.
    private static final String LORA = "vllm:lora_requests_info";

    private static final String FIRST_TOKEN_BUCKET = "vllm:time_to_first_token_seconds_bucket";
    private static final String FIRST_TOKEN_SUM = "vllm:time_to_first_token_seconds_sum";

    private static final List<String> FAMILIES =
            List.of(WAITING, RUNNING, KV_USAGE, KV_USAGE_OLD, CACHE_CONFIG, LORA, FIRST_TOKEN_BUCKET, FIRST_TOKEN_SUM);

    private final MetricsPage<Series> page = new MetricsPage<>(FAMILIES, VllmMetrics::meaning, this::sample);

    private final HistogramGains firstTokens;

    private String model = "";
    private int waiting;
    private int running;
    private double kvUsage;
    private long kvCapacityTokens;
    private Adapters adapters = Adapters.NONE;
    private double adaptersAt;

    /// What a name and its labels mean.
    private sealed interface Series {
        record Waiting() implements Series {}

        record Running() implements Series {}

        record KvUsage() implements Series {}

        record CacheConfig(long tokens) implements Series {}

        record Lora(Adapters adapters) implements Series {}

        record FirstTokenBucket(double bound, String model) implements Series {}

        record FirstTokenSum() implements Series {}
    }

    VllmMetrics(FirstTokens firstTokens) {
        this.firstTokens = new HistogramGains((count, nanos) -> firstTokens.generated(model, count, nanos));
    }

    @Override
    public void begin() {
        page.begin();
        firstTokens.begin();
        waiting = -1;
        running = -1;
        kvUsage = 0;
        kvCapacityTokens = 0;
        adapters = Adapters.NONE;
        adaptersAt = Double.NEGATIVE_INFINITY;
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        page.piece(bytes, from, to);
    }

    @Override
    public Signals end(int ownInFlight, long atNanos) {
        page.end();
        if (waiting < 0 || running < 0) {
            throw new IllegalArgumentException("no " + WAITING + " or " + RUNNING + " on the page");
        }
        firstTokens.end();
        return new Signals(waiting, running, kvUsage, kvCapacityTokens, adapters, ownInFlight, atNanos);
    }

    private static Series meaning(String family, Map<String, String> labels) {
        return switch (family) {
            case WAITING -> new Series.Waiting();
            case RUNNING -> new Series.Running();
            case KV_USAGE, KV_USAGE_OLD -> new Series.KvUsage();
            case CACHE_CONFIG -> new Series.CacheConfig(capacityTokens(labels));
            case LORA -> new Series.Lora(adapters(labels));
            case FIRST_TOKEN_BUCKET ->
                new Series.FirstTokenBucket(
                        SampleText.number(labels.getOrDefault("le", "")), labels.getOrDefault("model_name", ""));
            case FIRST_TOKEN_SUM -> new Series.FirstTokenSum();
            default -> throw new IllegalStateException("not asked for: " + family);
        };
    }

    /// What the labels of `vllm:cache_config_info` come to; 0 when they do not say.
    static long capacityTokens(Map<String, String> labels) {
        return number(labels, "block_size") * number(labels, "num_gpu_blocks");
    }

    /// What the labels of `vllm:lora_requests_info` name.
    static Adapters adapters(Map<String, String> labels) {
        return new Adapters(
                names(labels.getOrDefault("running_lora_adapters", "")),
                names(labels.getOrDefault("waiting_lora_adapters", "")),
                (int) number(labels, "max_lora"));
    }

    /// A server with several engines (data parallel) prints a sample for each: their queues add up.
    private void sample(Series series, double value) {
        switch (series) {
            case Series.Waiting _ -> waiting = Math.max(0, waiting) + (int) value;
            case Series.Running _ -> running = Math.max(0, running) + (int) value;
            case Series.KvUsage _ -> kvUsage = Math.max(kvUsage, value);
            case Series.CacheConfig(long tokens) -> kvCapacityTokens += tokens;
            case Series.Lora(Adapters named) -> adapters(named, value);
            case Series.FirstTokenBucket(double bound, String named) -> {
                model = named;
                firstTokens.bucket(bound, value);
            }
            case Series.FirstTokenSum _ -> firstTokens.sum(value);
        }
    }

    /// The value is the time at which the labels were true; the latest series counts.
    private void adapters(Adapters named, double value) {
        if (value >= adaptersAt) {
            adaptersAt = value;
            adapters = named;
        }
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /// vLLM prints `None` for what is not known yet.
    private static long number(Map<String, String> labels, String label) {
        String value = labels.getOrDefault(label, "");
        return value.isEmpty() || !Character.isDigit(value.charAt(0)) ? 0 : Long.parseLong(value);
    }
}
