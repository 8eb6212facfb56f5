package dev.sluice.simulator.metrics;

import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineConfig;

/// The gauges whose facts stand in their labels: the cache's configuration and the adapters in use.
final class EngineInfo implements Family {
    private final byte[] cacheConfig;
    private final int maxLora;
    private boolean loraSeen;
    private String running = "";
    private String waiting = "";
    private double now;

    EngineInfo(EngineConfig config) {
        this.maxLora = config.lora().slots();
        this.cacheConfig = Exposition.ascii("vllm:cache_config_info{block_size=\"" + EngineConfig.BLOCK_TOKENS
                + "\",cache_dtype=\"auto\",calculate_kv_scales=\"False\",cpu_kvcache_space_bytes=\"None\","
                + "cpu_offload_gb=\"0\",enable_prefix_caching=\"True\",engine=\"0\",gpu_memory_utilization=\"0.9\","
                + "is_attention_free=\"False\",kv_sharing_fast_prefill=\"False\",num_cpu_blocks=\"None\","
                + "num_gpu_blocks=\"" + config.kvBlocks()
                + "\",num_gpu_blocks_override=\"None\",prefix_caching_hash_algo=\"sha256\","
                + "sliding_window=\"None\",swap_space=\"4\",swap_space_bytes=\"4294967296\"} ");
    }

    void update(Engine engine, double time) {
        running = String.join(",", engine.runningAdapters());
        waiting = String.join(",", engine.waitingAdapters());
        loraSeen |= !running.isEmpty() || !waiting.isEmpty();
        now = time;
    }

    @Override
    public void write(Exposition out) {
        out.header("vllm:cache_config_info", "gauge", "Information of the LLMEngine CacheConfig");
        out.sample(cacheConfig, 1);
        if (maxLora == 0) {
            return;
        }
        out.header("vllm:lora_requests_info", "gauge", "Running stats on lora requests.");
        if (loraSeen) {
            String labels = "max_lora=\"" + maxLora + "\",running_lora_adapters=\"" + Exposition.label(running)
                    + "\",waiting_lora_adapters=\"" + Exposition.label(waiting) + "\"";
            out.sample(Exposition.ascii("vllm:lora_requests_info{" + labels + "} "), now);
        }
    }
}
