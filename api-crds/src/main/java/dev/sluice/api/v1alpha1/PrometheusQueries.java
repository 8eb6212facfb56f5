package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A query for each signal, for all endpoints of the pool together. A signal whose query is empty is not
/// asked for and comes from elsewhere, if at all. A sample keeps its own time where the query is a selector
/// and nothing else.
public record PrometheusQueries(
        @Default(VLLM_WAITING)
        @Size(max = 4_096)
        @JsonPropertyDescription(
                "The requests in the engine's queue. When this and running are queried, the pods are not scraped.")
        String waiting,

        @Default(VLLM_RUNNING) @Size(max = 4_096) @JsonPropertyDescription("The requests in the engine's batch.")
        String running,

        @Default("\'" + VLLM_KV_USAGE + "\'")
        @Size(max = 4_096)
        @JsonPropertyDescription("The used share of the KV cache, 0 to 1.")
        String kvUsage,

        @Default(VLLM_KV_CAPACITY)
        @Size(max = 4_096)
        @JsonPropertyDescription("The size of the KV cache in tokens: the product of the labels block_size and "
                + "num_gpu_blocks where a series has them, else its value.")
        String kvCapacityTokens,

        @Default(VLLM_ADAPTERS)
        @Size(max = 4_096)
        @JsonPropertyDescription("The LoRA adapters, in the labels of vLLM's vllm:lora_requests_info.")
        String adapters,

        @Default("\'" + DCGM + "\'")
        @Size(max = 4_096)
        @JsonPropertyDescription(
                "The families of the DCGM exporter, under their names. When this is queried, no exporter is read.")
        String dcgm,

        @Size(max = 4_096)
        @JsonPropertyDescription(
                "The share of the time in which the endpoint's GPUs work, 0 to 1, for clusters without the DCGM "
                        + "exporter's families.")
        String gpuUtilization,

        @Size(max = 4_096)
        @JsonPropertyDescription("The share of their full clock at which the endpoint's GPUs are held back, 0 to 1.")
        String gpuClock,

        @Size(max = 4_096) @JsonPropertyDescription("The last XID error of the endpoint's GPUs, 0 for none.")
        String xid) {

    static final String VLLM_WAITING = "vllm:num_requests_waiting";
    static final String VLLM_RUNNING = "vllm:num_requests_running";
    static final String VLLM_KV_USAGE = "{__name__=~\"vllm:(kv|gpu)_cache_usage_perc\"}";
    static final String VLLM_KV_CAPACITY = "vllm:cache_config_info";
    static final String VLLM_ADAPTERS = "vllm:lora_requests_info";
    static final String DCGM = "{__name__=~\"DCGM_FI_DEV_(GPU_UTIL|FB_USED|FB_FREE|SM_CLOCK|MAX_SM_CLOCK|"
            + "CLOCKS_EVENT_REASONS|CLOCK_THROTTLE_REASONS|POWER_VIOLATION|THERMAL_VIOLATION|XID_ERRORS)|"
            + "DCGM_FI_PROF_GR_ENGINE_ACTIVE\"}";

    public static final PrometheusQueries DEFAULTS =
            new PrometheusQueries(null, null, null, null, null, null, null, null, null);

    public PrometheusQueries(
            @Nullable String waiting,
            @Nullable String running,
            @Nullable String kvUsage,
            @Nullable String kvCapacityTokens,
            @Nullable String adapters,
            @Nullable String dcgm,
            @Nullable String gpuUtilization,
            @Nullable String gpuClock,
            @Nullable String xid) {
        this.waiting = Objects.requireNonNullElse(waiting, VLLM_WAITING);
        this.running = Objects.requireNonNullElse(running, VLLM_RUNNING);
        this.kvUsage = Objects.requireNonNullElse(kvUsage, VLLM_KV_USAGE);
        this.kvCapacityTokens = Objects.requireNonNullElse(kvCapacityTokens, VLLM_KV_CAPACITY);
        this.adapters = Objects.requireNonNullElse(adapters, VLLM_ADAPTERS);
        this.dcgm = Objects.requireNonNullElse(dcgm, DCGM);
        this.gpuUtilization = Objects.requireNonNullElse(gpuUtilization, "");
        this.gpuClock = Objects.requireNonNullElse(gpuClock, "");
        this.xid = Objects.requireNonNullElse(xid, "");
    }
}
