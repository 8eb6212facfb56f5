package dev.sluice.picker.chaos;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionCounters;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.Priorities;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.extproc.Collaborators;
import dev.sluice.picker.extproc.ExternalProcessorService;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.request.Affinity;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.RoutingData;
import dev.sluice.picker.routing.RoutingFeatures;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.session.SessionKeys;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.settings.KvEventPorts;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSources;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.tokenizing.Tokenizers;
import dev.sluice.process.Supervisor;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A whole picker on virtual time behind a real gRPC server: three pools, sessions, tokenizing, waiting, moving and
/// preempting. Pools `ml/own` and `ml/other` serve `chat`; in `ml/small` a request may have to give way to another.
final class ChaosStack implements AutoCloseable {
    static final PoolId OWN = new PoolId("ml", "own");
    static final PoolId OTHER = new PoolId("ml", "other");
    static final PoolId SMALL = new PoolId("ml", "small");
    private static final List<PoolId> ALL = List.of(OWN, OTHER, SMALL);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long KV_CACHE = 430_000;
    /// Room for the prompt of one batch request.
    private static final long SMALL_CACHE = 25_000;

    private static final ModelName CHAT = new ModelName("chat");
    private static final Priority INTERACTIVE = new Priority(100);

    final ConcurrentLinkedQueue<Throwable> escaped = new ConcurrentLinkedQueue<>();
    final ChaosTimes times = ChaosTimes.start(escaped::add);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<PoolId, List<Endpoint>> endpoints = new HashMap<>();
    private final AdmissionControl admission;
    private final Tokenizers tokenizers;
    private final BodyBudget bodies = new BodyBudget(64 << 20, 1 << 20, Runnable::run);
    private final Server server;
    private final ManagedChannel channel;

    ChaosStack() throws IOException {
        Pools pools = new Pools(_ -> {});
        PoolSettings settings = PoolSettings.DEFAULT.withSignals(
                Fixtures.sources(new SignalSources(null, null, new KvEventPorts(5557, 0, List.of(8000)))));
        pools.replaceAll(List.of(
                new Pools.PoolSpec(
                        OWN, settings, List.of(Fixtures.spec(0, Fixtures.H100), Fixtures.spec(1, Fixtures.H100))),
                new Pools.PoolSpec(OTHER, settings, List.of(Fixtures.spec(2, Fixtures.H100))),
                new Pools.PoolSpec(SMALL, PoolSettings.DEFAULT, List.of(Fixtures.spec(3, Fixtures.L40S)))));
        pools.all().forEach((id, pool) -> endpoints.put(id, pool.endpoints()));
        Meters meters = new Meters(registry);
        Ticker ticker = times.ticker();
        RateBook rates = new RateBook();
        ExactPrefixIndex exact = new ExactPrefixIndex(1 << 10);
        endpoints.get(OWN).forEach(endpoint -> exact.follow(endpoint).publish(EngineBlocks.Coverage.COMPLETE));
        Knowledge knowledge =
                new Knowledge(new PrefixIndex(1 << 14), new TokenizedPrefixes(exact), new TokenLearner(), rates);
        tokenizers = new Tokenizers(
                new ChaosTimes.Engines(),
                new Tokenizers.TokenizerLimits(times.executor(), times.timer(), ticker, 100, bodies),
                (pool, result, nanos) -> meters.tokenized(pool, result.name(), nanos),
                new Supervisor(meters.loops()::fault));
        admission = new AdmissionControl(
                pools,
                new Execution(ticker, times.timer(), times.executor()),
                new MeteredWatch(meters),
                Long.MAX_VALUE,
                rates);
        SessionKeys keys = SessionKeys.random(new SecureRandom());
        Catalog catalog = catalog();
        Router router = new Router(
                new RoutingData(pools, () -> catalog, knowledge),
                new RoutingFeatures(new SessionTokens(() -> keys, InstantSource.system()), admission, tokenizers),
                new Journal(1 << 16),
                ticker,
                InstantSource.system());
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(new ExternalProcessorService(
                        new Collaborators(router, pools, meters, ticker, times.timer(), bodies),
                        new ExchangeSettings(OWN, 1 << 20, Duration.ofSeconds(30), 1)))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(server.getListenSockets().getFirst())
                .usePlaintext()
                .directExecutor()
                .build();
    }

    private record MeteredWatch(Meters meters) implements AdmissionWatch {
        @Override
        public void opened(PoolId pool, IntSupplier waiting) {}

        @Override
        public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
            meters.admission().ended(pool, priority, end, waitedNanos);
        }

        @Override
        public void faulted(String loop) {
            meters.loops().fault(loop);
        }
    }

    private static Catalog catalog() {
        PublishedModel chat = new PublishedModel(
                CHAT,
                List.of(
                        new WeightedTarget(new ModelName("llama-3.1-8b"), null, 3),
                        new WeightedTarget(new ModelName("llama-3.2-8b"), null, 1)),
                new TokenizerSource.EngineEndpoint(Duration.ofMillis(20)),
                0,
                List.of(new PoolBinding(OWN, 0, 1), new PoolBinding(OTHER, 1, 1)),
                new Affinity("sid", Duration.ofMinutes(10), Affinity.AffinityMode.SOFT));
        PublishedModel plain = new PublishedModel(
                new ModelName("plain"), List.of(new WeightedTarget(new ModelName("plain"), null, 1)));
        Priorities priorities = new Priorities(
                Map.of("interactive", INTERACTIVE, "batch", new Priority(-10)),
                Map.of(),
                Map.of(),
                Map.of(CHAT, new Objectives(5_000, 100)),
                Priority.STANDARD,
                Set.of(INTERACTIVE));
        return new Catalog(
                Map.of(OWN, List.of(chat, plain), OTHER, List.of(chat), SMALL, List.of(plain)),
                Map.of(),
                Map.of(OWN, priorities, OTHER, priorities, SMALL, priorities));
    }

    ManagedChannel channel() {
        return channel;
    }

    /// The caches of a pool's engines are full with a request each, so that it has no capacity.
    void fill(PoolId pool) {
        for (Endpoint endpoint : endpoints.get(pool)) {
            endpoint.inFlight().place(times.time().nanos(), MINUTE, 1_000);
            report(endpoint, 1, 1, KV_CACHE);
        }
    }

    void free(PoolId pool) {
        for (Endpoint endpoint : endpoints.get(pool)) {
            endpoint.inFlight().withdraw(times.time().nanos(), MINUTE);
            endpoint.inFlight().release(1_000);
            report(endpoint, 0, 0, KV_CACHE);
        }
    }

    /// The cache of the small pool's engine is full with what runs there, or empty.
    void small(boolean full) {
        times.time().pass(Duration.ofMillis(1));
        report(endpoints.get(SMALL).getFirst(), full ? 1 : 0, full ? 1 : 0, SMALL_CACHE);
    }

    /// The engine's page is read. The loop that reads it goes on where a step of it fails, and reads it again.
    private void report(Endpoint endpoint, int running, double kvUsage, long kvCache) {
        Signals read = new Signals(
                0,
                running,
                new KvCache(kvUsage, kvCache),
                Adapters.NONE,
                running,
                times.time().nanos());
        try {
            endpoint.report(read);
        } catch (RuntimeException | Error supervised) {
            endpoint.report(read);
        }
    }

    /// Signals of the pool have come. The loop that reads them goes on where a step of it fails, and they come again.
    void signalled(PoolId pool) {
        try {
            admission.changed(pool);
        } catch (RuntimeException | Error supervised) {
            admission.changed(pool);
        }
    }

    int waiting() {
        int waiting = 0;
        for (Map.Entry<String, Long> each : AdmissionCounters.of(admission, ALL).entrySet()) {
            waiting += each.getKey().startsWith("waiting") ? each.getValue().intValue() : 0;
        }
        return waiting;
    }

    /// How many requests have ended, whichever way.
    double ends() {
        double ends = 0;
        for (Counter counter : registry.find("sluice.requests").counters()) {
            ends += counter.count();
        }
        return ends;
    }

    /// The outcomes that are none.
    List<String> unnamedOutcomes() {
        Set<String> labels =
                Set.copyOf(Stream.of(Outcome.values()).map(Outcome::label).toList());
        return registry.find("sluice.requests").counters().stream()
                .map(counter -> String.valueOf(counter.getId().getTag("outcome")))
                .filter(label -> !labels.contains(label))
                .toList();
    }

    /// What is still counted although no request is left; null for nothing.
    @Nullable
    String left() {
        Map<String, Long> counters = new HashMap<>(AdmissionCounters.of(admission, ALL));
        for (Gauge gauge : registry.find("sluice.requests.in.flight").gauges()) {
            counters.put("metered in flight in " + gauge.getId().getTag("pool"), (long) gauge.value());
        }
        counters.put("tokenizations", (long) inProgress().get());
        counters.put("bytes of bodies", bodies.reserved());
        counters.put("deadlines", (long) times.time().pending());
        endpoints.forEach((_, all) -> all.forEach(endpoint -> count(endpoint, counters)));
        List<String> held = new ArrayList<>();
        counters.forEach((name, value) -> {
            if (value != 0) {
                held.add(name + ": " + value);
            }
        });
        return held.isEmpty() ? null : String.join(", ", held);
    }

    private void count(Endpoint endpoint, Map<String, Long> counters) {
        String at = " at " + endpoint.address();
        InFlight work = endpoint.inFlight();
        BatchIntegrals integrals = endpoint.integrals();
        counters.put("in flight" + at, (long) work.requests());
        counters.put("context tokens" + at, work.contextTokens());
        counters.put("backlog" + at, work.prefillBacklogNanos(times.time().nanos()));
        counters.put("prefilling" + at, (long) integrals.prefilling());
        counters.put("prefilling tokens" + at, integrals.prefillingTokens());
        counters.put("latency targets" + at, endpoint.tpotTargets().isEmpty() ? 0L : 1L);
        counters.put("open tallies" + at, endpoint.prompts().cut().unreported() == null ? 1L : 0L);
    }

    private AtomicInteger inProgress() {
        try {
            var field = Tokenizers.class.getDeclaredField("inProgress");
            field.setAccessible(true);
            return (AtomicInteger) field.get(tokenizers);
        } catch (ReflectiveOperationException gone) {
            throw new LinkageError(gone.getMessage(), gone);
        }
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        times.workers().shutdownNow();
    }
}
