package dev.sluice.picker.telemetry;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.TokenUsage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Every meter of the picker; those of the sources of signals beside the engines stand in [SourceMeters].
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_requests_total` | pool, model, outcome | ends of requests, each under its name |
/// | `sluice_request_duration_seconds` | pool, model | from the request's headers to the end of the response |
/// | `sluice_time_to_first_token_seconds` | pool, model, source | seen by the `picker`; told by the `engine` |
/// | `sluice_prompt_tokens_total` | pool, model | as the engines report them |
/// | `sluice_output_tokens_total` | pool, model | as the engines report them |
/// | `sluice_cached_tokens_total` | pool, model | prompt tokens that the engines found in their caches |
/// | `sluice_decision_seconds` | pool | from the end of the body to the pick, or from the end of a wait to it |
/// | `sluice_requests_in_flight` | pool | requests placed and not ended |
/// | `sluice_unpriced_picks_total` | pool, reason | picks by load alone |
/// | `sluice_served_elsewhere_total` | pool | requests that the proxy sent to an endpoint that was not picked |
/// | `sluice_moves_total` | pool, to, reason | requests that went to another pool than their route's |
/// | `sluice_response_faults_total` | – | faults in response processing; the response went on unchanged |
/// | `sluice_end_faults_total` | – | faults at requests' ends; what they held was released |
/// | `sluice_envoy_connections_cut_total` | – | connections that closed while requests were open on them |
/// | `sluice_signal_age_seconds` | – | the oldest signal in use |
/// | `sluice_endpoints`, `sluice_endpoints_unread` | – | how many endpoints, and how many without a signal |
/// | `sluice_endpoints_faulty`, `sluice_endpoints_slowed` | – | with a failed GPU; with one that is held back |
/// | `sluice_journal_bytes` | – | what the last decisions take |
/// | `sluice_scrape_errors_total` | pool | failed reads of an engine's metrics |
/// | `sluice_adapter_check_errors_total` | pool, source | failed questions for an endpoint's adapters: `models`, `grpc`
/// |
/// | `sluice_adapters_not_served` | – | how many adapters are not served by how many endpoints, added up |
/// | `sluice_tokenization_seconds` | pool, result | prompts tokenized: `ok`, `late`, `failed`, `unsupported`, `busy` |
///
/// and those of [AdmissionMeters], [KvEventMeters], [LoopMeters], [ObjectiveMeters], [RejectionMeters],
/// [SessionMeters] and [TargetMeters].
public final class Meters {
    /// Models are named by clients wherever a pool passes names through: a name is a label once it is published or an
    /// engine has answered to it.
    private static final int MAX_MODELS = 1_000;

    private static final Duration[] REQUEST_BUCKETS = seconds(.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600);
    /// vLLM's own, so that what it counted falls into the same buckets here.
    static final Duration[] FIRST_TOKEN_BUCKETS =
            seconds(.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160);
    private static final Duration[] DECISION_BUCKETS =
            seconds(.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .1);

    private final MeterRegistry registry;
    private final Labels models;
    private final Map<PoolAndModel, ModelMeters> byModel = new ConcurrentHashMap<>();
    private final Map<PoolAndModel, Timer> engineFirstTokens = new ConcurrentHashMap<>();
    private final Map<PoolAndResult, Timer> tokenizations = new ConcurrentHashMap<>();
    private final Map<PoolId, PoolMeters> byPool = new ConcurrentHashMap<>();
    private final Counter responseFaults;
    private final Counter endFaults;
    private final Counter cutConnections;
    private final KvEventMeters kvEvents;
    private final LoopMeters loops;
    private final SessionMeters sessions;
    private final TargetMeters targets;
    private final AdmissionMeters admission;
    private final ObjectiveMeters objectives;
    private final RejectionMeters rejections;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        this.models = new Labels(MAX_MODELS, registry.config().clock(), this::forget);
        this.responseFaults = Counter.builder("sluice.response.faults").register(registry);
        this.endFaults = Counter.builder("sluice.end.faults").register(registry);
        this.cutConnections = Counter.builder("sluice.envoy.connections.cut").register(registry);
        this.kvEvents = new KvEventMeters(registry);
        this.loops = new LoopMeters(registry);
        this.sessions = new SessionMeters(registry);
        this.targets = new TargetMeters(registry);
        this.admission = new AdmissionMeters(registry);
        this.objectives = new ObjectiveMeters(registry, models);
        this.rejections = new RejectionMeters(registry);
    }

    private record PoolAndResult(PoolId pool, String result) {}

    private record PoolAndModel(PoolId pool, String model) {}

    private record ModelMeters(
            Tags tags, Map<Outcome, Counter> outcomes, Timer duration, Timer firstToken, TokenCounters tokens) {
        void remove(MeterRegistry registry) {
            outcomes.values().forEach(registry::remove);
            List.of(duration, firstToken, tokens.prompt(), tokens.output(), tokens.cached())
                    .forEach(registry::remove);
        }
    }

    private record TokenCounters(Counter prompt, Counter output, Counter cached) {}

    /// @param left counts one request in flight less
    private record PoolMeters(
            Timer decision, AtomicInteger inFlight, Runnable left, Counter servedElsewhere, Counter scrapeErrors) {}

    /// A connection closed while requests were open on it.
    public void connectionCut() {
        cutConnections.increment();
    }

    public KvEventMeters kvEvents() {
        return kvEvents;
    }

    public LoopMeters loops() {
        return loops;
    }

    public SessionMeters sessions() {
        return sessions;
    }

    public TargetMeters targets() {
        return targets;
    }

    public AdmissionMeters admission() {
        return admission;
    }

    public ObjectiveMeters objectives() {
        return objectives;
    }

    public RejectionMeters rejections() {
        return rejections;
    }

    /// A request is placed, and counts as in flight.
    ///
    /// @return to be run when it has left; it is the counter's own, so that nothing can keep it from counting
    public Runnable placed(PoolId pool, long decisionNanos) {
        PoolMeters meters = of(pool);
        meters.decision().record(decisionNanos, TimeUnit.NANOSECONDS);
        meters.inFlight().incrementAndGet();
        return meters.left();
    }

    /// The names that any pool publishes, from now on.
    public void publish(Set<ModelName> names) {
        models.publish(names.stream().map(ModelName::value).collect(Collectors.toUnmodifiableSet()));
    }

    /// An engine has answered a request for the model, and not with an error: the name is no invention.
    public void answered(String model) {
        models.admit(model);
    }

    private void forget(String model) {
        Forgetting.from(byModel, key -> key.model().equals(model), each -> each.remove(registry));
        Forgetting.from(engineFirstTokens, key -> key.model().equals(model), registry::remove);
        objectives.forget(model);
    }

    public void ended(PoolId pool, String model, Outcome outcome, long nanos) {
        ModelMeters meters = of(pool, model);
        meters.outcomes()
                .computeIfAbsent(
                        outcome,
                        each -> Counter.builder("sluice.requests")
                                .description("Ends of requests")
                                .tags(meters.tags().and("outcome", each.label()))
                                .register(registry))
                .increment();
        meters.duration().record(nanos, TimeUnit.NANOSECONDS);
    }

    public void firstToken(PoolId pool, String model, long nanos) {
        of(pool, model).firstToken().record(nanos, TimeUnit.NANOSECONDS);
    }

    /// Takes over an engine's own times to the first token.
    ///
    /// @param model as the engine names it
    /// @param nanos how long each of `count` took
    public void engineFirstTokens(PoolId pool, String model, long count, long nanos) {
        Timer timer = engineFirstTokens.computeIfAbsent(
                new PoolAndModel(pool, models.admit(model)),
                key -> firstToken(tags(key.pool(), key.model()), "engine"));
        for (long i = 0; i < count; i++) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    public void used(PoolId pool, String model, TokenUsage usage) {
        ModelMeters meters = of(pool, model);
        meters.tokens().prompt().increment(known(usage.promptTokens()));
        meters.tokens().output().increment(known(usage.completionTokens()));
        meters.tokens().cached().increment(known(usage.cachedTokens()));
    }

    private static double known(long tokens) {
        return (double) Math.max(0, tokens);
    }

    /// @param reason why the request was not priced, as a label value
    public void unpriced(PoolId pool, String reason) {
        registry.counter("sluice.unpriced.picks", poolTag(pool).and("reason", reason))
                .increment();
    }

    /// @param from the route's pool
    /// @param reason as a label value
    public void moved(PoolId from, PoolId to, String reason) {
        registry.counter("sluice.moves", poolTag(from).and("to", to.toString(), "reason", reason))
                .increment();
    }

    public void servedElsewhere(PoolId pool) {
        of(pool).servedElsewhere().increment();
    }

    public void responseFault() {
        responseFaults.increment();
    }

    public void endFault() {
        endFaults.increment();
    }

    /// @param result how the tokenization of a prompt ended, as a label value
    public void tokenized(PoolId pool, String result, long nanos) {
        tokenizations
                .computeIfAbsent(
                        new PoolAndResult(pool, result),
                        key -> timer(
                                "sluice.tokenization",
                                poolTag(key.pool()).and("result", key.result()),
                                DECISION_BUCKETS))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    public void scrapeError(PoolId pool) {
        of(pool).scrapeErrors().increment();
    }

    /// @param source who was asked, as a label value
    public void adapterCheckError(PoolId pool, String source) {
        registry.counter("sluice.adapter.check.errors", poolTag(pool).and("source", source))
                .increment();
    }

    /// Watches something about a pool from now on; `source` is held.
    public <T> void watchPool(PoolId pool, String meter, T source, ToDoubleFunction<T> value) {
        Gauge.builder(meter, source, value)
                .tags(poolTag(pool))
                .strongReference(true)
                .register(registry);
    }

    public <T> void watch(String meter, T source, ToDoubleFunction<T> value) {
        Gauge.builder(meter, source, value).strongReference(true).register(registry);
    }

    /// A kind of hardware, as label values.
    public record Machine(String accelerator, int accelerators, String model) {
        private Tags tags() {
            return Tags.of("accelerator", accelerator, "accelerators", "" + accelerators, "model", model);
        }
    }

    /// Watches how wrong times are predicted.
    ///
    /// @param time which ones, as a label value
    /// @param error the recent median of the relative error
    public <T> void watchPredictionError(Machine machine, String time, T source, ToDoubleFunction<T> error) {
        Gauge.builder("sluice.prediction.error", source, error)
                .description("Recent median of the relative error of predicted times")
                .tags(machine.tags().and("time", time))
                .strongReference(true)
                .register(registry);
    }

    /// @param use what became of the observations, as a label value
    public <T> void countObservations(Machine machine, String use, T source, ToDoubleFunction<T> count) {
        FunctionCounter.builder("sluice.rate.observations", source, count)
                .description("Times observed to learn rates from")
                .tags(machine.tags().and("use", use))
                .register(registry);
    }

    public <T> void countRateShifts(Machine machine, T source, ToDoubleFunction<T> count) {
        FunctionCounter.builder("sluice.rate.shifts", source, count)
                .description("How often rates were scaled because most times had become outliers")
                .tags(machine.tags())
                .register(registry);
    }

    private PoolMeters of(PoolId pool) {
        PoolMeters known = byPool.get(pool);
        return known != null ? known : byPool.computeIfAbsent(pool, this::register);
    }

    private PoolMeters register(PoolId pool) {
        AtomicInteger inFlight = new AtomicInteger();
        watchPool(pool, "sluice.requests.in.flight", inFlight, AtomicInteger::get);
        return new PoolMeters(
                timer("sluice.decision", poolTag(pool), DECISION_BUCKETS),
                inFlight,
                inFlight::decrementAndGet,
                registry.counter("sluice.served.elsewhere", poolTag(pool)),
                registry.counter("sluice.scrape.errors", poolTag(pool)));
    }

    private ModelMeters of(PoolId pool, String model) {
        PoolAndModel key = new PoolAndModel(pool, models.of(model));
        ModelMeters known = byModel.get(key);
        return known != null ? known : byModel.computeIfAbsent(key, this::register);
    }

    private ModelMeters register(PoolAndModel key) {
        Tags tags = tags(key.pool(), key.model());
        return new ModelMeters(
                tags,
                new ConcurrentHashMap<>(),
                timer("sluice.request.duration", tags, REQUEST_BUCKETS),
                firstToken(tags, "picker"),
                new TokenCounters(
                        registry.counter("sluice.prompt.tokens", tags),
                        registry.counter("sluice.output.tokens", tags),
                        registry.counter("sluice.cached.tokens", tags)));
    }

    private Timer firstToken(Tags tags, String source) {
        return timer("sluice.time.to.first.token", tags.and("source", source), FIRST_TOKEN_BUCKETS);
    }

    private Timer timer(String name, Iterable<Tag> tags, Duration[] buckets) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(buckets).register(registry);
    }

    private static Tags tags(PoolId pool, String model) {
        return poolTag(pool).and("model", model);
    }

    private static Tags poolTag(PoolId pool) {
        return Tags.of("pool", pool.toString());
    }

    private static Duration[] seconds(double... values) {
        return Arrays.stream(values)
                .mapToObj(value -> Duration.ofNanos(Math.round(value * 1e9)))
                .toArray(Duration[]::new);
    }
}
