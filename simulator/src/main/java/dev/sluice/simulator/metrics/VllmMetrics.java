package dev.sluice.simulator.metrics;

import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.Sequence;
import java.util.ArrayList;
import java.util.List;

/// The metrics of one server as vLLM (V1 engine) exposes them.
public final class VllmMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final String labels;
    private final String model;
    private final double created;
    private final List<Family> families = new ArrayList<>();

    private final Gauge running;
    private final Gauge waiting;
    private final Gauge kvUsage;
    private final Counter prefixQueries;
    private final Counter prefixHits;
    private final Counter preemptions;
    private final Counter promptTokens;
    private final Counter generationTokens;
    private final RequestMetrics requests;
    private final ProcessMetrics process;
    private final EngineInfo info;

    /// @param startedAt seconds since the epoch
    public VllmMetrics(String modelName, EngineConfig config, double startedAt) {
        model = Exposition.label(modelName);
        labels = "engine=\"0\",model_name=\"" + model + "\"";
        created = startedAt;
        running = gauge("num_requests_running", "Number of requests in model execution batches.");
        waiting = gauge("num_requests_waiting", "Number of requests waiting to be processed.");
        Gauge awake = add(new Gauge(
                "vllm:engine_sleep_state",
                "Engine sleep state; awake = 0 means the engine sleeps.",
                labels + ",sleep_state=\"awake\""));
        awake.set(1);
        kvUsage = gauge("kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.");
        prefixQueries = counter("prefix_cache_queries", "Prefix cache queries, in number of queried tokens.");
        prefixHits = counter("prefix_cache_hits", "Prefix cache hits, in number of cached tokens.");
        counter("external_prefix_cache_queries", "Queries of an external prefix cache, in tokens.");
        counter("external_prefix_cache_hits", "Hits of an external prefix cache, in tokens.");
        counter("mm_cache_queries", "Multi-modal cache queries, in number of queried items.");
        counter("mm_cache_hits", "Multi-modal cache hits, in number of cached items.");
        preemptions = counter("num_preemptions", "Cumulative number of preemptions from the engine.");
        promptTokens = counter("prompt_tokens", "Number of prefill tokens processed.");
        generationTokens = counter("generation_tokens", "Number of generation tokens processed.");
        requests = add(
                new RequestMetrics(model, labels, created, config.scheduler().maxModelLen()));
        info = add(new EngineInfo(config));
        process = new ProcessMetrics(startedAt);
    }

    /// A step has ended.
    public void step(int tokens) {
        requests.step(tokens);
    }

    /// A sequence has made progress: a token, or its end.
    public void progressed(Sequence sequence) {
        if (sequence.generated() <= 1) {
            promptTokens.add(sequence.promptTokens());
        }
        if (sequence.generated() > 0) {
            generationTokens.add(1);
        }
        requests.progressed(sequence);
    }

    /// A request has ended.
    ///
    /// @param reason `stop`, `length`, `abort` or `error`
    /// @param maxTokens the limit that the request set
    public void ended(Sequence sequence, String reason, int maxTokens) {
        requests.ended(sequence, reason, maxTokens);
    }

    /// An HTTP request has been answered.
    public void answered(String path, String method, int status, double seconds) {
        process.answered(path, method, status, seconds);
    }

    /// Renders all families as they are now.
    ///
    /// @param now seconds since the epoch
    public byte[] render(Engine engine, double now) {
        EngineStats stats = engine.stats();
        running.set(stats.running());
        waiting.set(stats.waiting());
        kvUsage.set(stats.kvUsage());
        prefixQueries.set((double) stats.prefixCache().queries());
        prefixHits.set((double) stats.prefixCache().hits());
        preemptions.set((double) stats.preemptions());
        info.update(engine, now);
        Exposition out = new Exposition();
        process.write(out);
        for (Family family : families) {
            family.write(out);
        }
        return out.toBytes();
    }

    static double seconds(long nanos) {
        return Math.max(0, nanos) / NANOS_PER_SECOND;
    }

    private Gauge gauge(String name, String help) {
        return add(new Gauge("vllm:" + name, help, labels));
    }

    private Counter counter(String name, String help) {
        return add(new Counter("vllm:" + name, help, labels, created));
    }

    private <F extends Family> F add(F family) {
        families.add(family);
        return family;
    }
}
