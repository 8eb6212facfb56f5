package dev.sluice.picker.signals;

import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Signals;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads what vLLM says about itself.
final class VllmMetrics {
    private static final String WAITING = "vllm:num_requests_waiting";
    private static final String RUNNING = "vllm:num_requests_running";
    private static final String KV_USAGE = "vllm:kv_cache_usage_perc";
    /// What the same was called before vLLM 0.11.
    private static final String KV_USAGE_OLD = "vllm:gpu_cache_usage_perc";

    private static final String CACHE_CONFIG = "vllm:cache_config_info";
    /// Absent until the first adapter is used.
    private static final String LORA = "vllm:lora_requests_info";

    private static final MetricsPage PAGE =
            new MetricsPage(List.of(WAITING, RUNNING, KV_USAGE, KV_USAGE_OLD, CACHE_CONFIG, LORA));

    private int waiting = -1;
    private int running = -1;
    private double kvUsage;
    private long kvCapacityTokens;
    private Adapters adapters = Adapters.NONE;
    private double adaptersAt = Double.NEGATIVE_INFINITY;

    private VllmMetrics() {}

    /// @throws IllegalArgumentException when the page lacks what every vLLM server prints
    static Signals read(byte[] page, int ownInFlight, long atNanos) {
        VllmMetrics metrics = new VllmMetrics();
        PAGE.read(page, metrics::sample);
        if (metrics.waiting < 0 || metrics.running < 0) {
            throw new IllegalArgumentException("no " + WAITING + " or " + RUNNING + " on the page");
        }
        return new Signals(
                metrics.waiting,
                metrics.running,
                metrics.kvUsage,
                metrics.kvCapacityTokens,
                metrics.adapters,
                ownInFlight,
                atNanos);
    }

    /// A server with several engines (data parallel) prints a sample for each: their queues add up.
    private void sample(String family, Map<String, String> labels, double value) {
        switch (family) {
            case WAITING -> waiting = Math.max(0, waiting) + (int) value;
            case RUNNING -> running = Math.max(0, running) + (int) value;
            case KV_USAGE, KV_USAGE_OLD -> kvUsage = Math.max(kvUsage, value);
            case CACHE_CONFIG -> kvCapacityTokens += number(labels, "block_size") * number(labels, "num_gpu_blocks");
            case LORA -> adapters(labels, value);
            default -> throw new IllegalStateException("not asked for: " + family);
        }
    }

    /// The value is the time at which the labels were true; the latest series counts.
    private void adapters(Map<String, String> labels, double value) {
        if (value < adaptersAt) {
            return;
        }
        adaptersAt = value;
        adapters = new Adapters(
                names(labels.getOrDefault("running_lora_adapters", "")),
                names(labels.getOrDefault("waiting_lora_adapters", "")),
                (int) number(labels, "max_lora"));
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
