package dev.sluice.simulator.metrics;

import static dev.sluice.simulator.metrics.VllmMetrics.seconds;

import dev.sluice.simulator.engine.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The metrics that vLLM has of requests: how they ended, their lengths, and how long each part of them took.
final class RequestMetrics implements Family {
    private static final String SUCCESS = "vllm:request_success";
    private static final String SUCCESS_HELP = "Count of successfully processed requests.";

    private final String model;
    private final double created;
    private final List<Histogram> histograms = new ArrayList<>();
    private final Map<String, long[]> ends = new LinkedHashMap<>();
    private final Map<String, byte[]> endSeries = new LinkedHashMap<>();
    private final Map<String, byte[]> endCreated = new LinkedHashMap<>();

    private final Histogram prompt;
    private final Histogram generation;
    private final Histogram stepTokens;
    private final Histogram longestGeneration;
    private final Histogram choices;
    private final Histogram maxTokensAsked;
    private final Histogram firstToken;
    private final Histogram interToken;
    private final Histogram perToken;
    private final Histogram whole;
    private final Histogram queued;
    private final Histogram inference;
    private final Histogram prefill;
    private final Histogram decode;
    private final Histogram computed;

    RequestMetrics(String model, String labels, double created, int maxModelLen) {
        this.model = model;
        this.created = created;
        for (String reason : List.of("stop", "length", "abort", "error")) {
            ends.put(reason, new long[1]);
            String braces = "{engine=\"0\",finished_reason=\"" + reason + "\",model_name=\"" + model + "\"} ";
            endSeries.put(reason, Exposition.ascii(SUCCESS + "_total" + braces));
            endCreated.put(reason, Exposition.ascii(SUCCESS + "_created" + braces));
        }
        double[] lengths = Buckets.lengths(maxModelLen);
        prompt = histogram("request_prompt_tokens", "Number of prefill tokens processed.", lengths);
        generation = histogram("request_generation_tokens", "Number of generation tokens processed.", lengths);
        stepTokens = histogram("iteration_tokens_total", "Histogram of tokens per engine step.", Buckets.STEP_TOKENS);
        longestGeneration = histogram(
                "request_max_num_generation_tokens", "Maximum number of requested generation tokens.", lengths);
        choices = histogram("request_params_n", "Histogram of the n request parameter.", Buckets.CHOICES);
        maxTokensAsked =
                histogram("request_params_max_tokens", "Histogram of the max_tokens request parameter.", lengths);
        firstToken = histogram("time_to_first_token_seconds", "Time to first token in seconds.", Buckets.FIRST_TOKEN);
        interToken = histogram("inter_token_latency_seconds", "Inter-token latency in seconds.", Buckets.TOKEN);
        perToken =
                histogram("request_time_per_output_token_seconds", "Time per output token per request.", Buckets.TOKEN);
        whole = histogram("e2e_request_latency_seconds", "End-to-end request latency in seconds.", Buckets.REQUEST);
        queued = histogram("request_queue_time_seconds", "Time spent in WAITING phase.", Buckets.REQUEST);
        inference = histogram("request_inference_time_seconds", "Time spent in RUNNING phase.", Buckets.REQUEST);
        prefill = histogram("request_prefill_time_seconds", "Time spent in PREFILL phase.", Buckets.REQUEST);
        decode = histogram("request_decode_time_seconds", "Time spent in DECODE phase.", Buckets.REQUEST);
        computed = histogram(
                "request_prefill_kv_computed_tokens", "New KV tokens computed during prefill, per request.", lengths);
    }

    void step(int tokens) {
        stepTokens.observe(tokens);
    }

    void progressed(Sequence sequence) {
        if (sequence.generated() == 1) {
            firstToken.observe(seconds(sequence.firstTokenAt() - sequence.arrivedAt()));
        } else if (sequence.generated() > 1) {
            interToken.observe(seconds(sequence.lastTokenAt() - sequence.previousTokenAt()));
        }
    }

    void ended(Sequence sequence, String reason, int maxTokens) {
        long[] count = ends.get(reason);
        if (count == null) {
            throw new IllegalArgumentException("unknown reason '" + reason + "'");
        }
        count[0]++;
        if (reason.equals("abort") || reason.equals("error")) {
            return;
        }
        prompt.observe(sequence.promptTokens());
        generation.observe(sequence.generated());
        longestGeneration.observe(sequence.generated());
        choices.observe(1);
        maxTokensAsked.observe(maxTokens);
        computed.observe(sequence.promptTokens() - sequence.cachedTokens());
        long end = Math.max(sequence.lastTokenAt(), sequence.firstTokenAt());
        whole.observe(seconds(end - sequence.arrivedAt()));
        queued.observe(seconds(sequence.scheduledAt() - sequence.arrivedAt()));
        inference.observe(seconds(end - sequence.scheduledAt()));
        prefill.observe(seconds(sequence.firstTokenAt() - sequence.scheduledAt()));
        decode.observe(seconds(end - sequence.firstTokenAt()));
        if (sequence.generated() > 1) {
            perToken.observe(seconds(end - sequence.firstTokenAt()) / (sequence.generated() - 1));
        }
    }

    @Override
    public void write(Exposition out) {
        out.header(SUCCESS + "_total", "counter", SUCCESS_HELP);
        endSeries.forEach((reason, series) -> out.sample(series, (double) ends.getOrDefault(reason, new long[1])[0]));
        out.header(SUCCESS + "_created", "gauge", SUCCESS_HELP);
        endCreated.forEach((_, series) -> out.sample(series, created));
        for (Histogram histogram : histograms) {
            histogram.write(out);
        }
    }

    private Histogram histogram(String name, String help, double[] bounds) {
        Histogram histogram = new Histogram("vllm:" + name, help, Histogram.Labels.ofEngine(model), created, bounds);
        histograms.add(histogram);
        return histogram;
    }
}
