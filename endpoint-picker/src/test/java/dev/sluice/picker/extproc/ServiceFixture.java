package dev.sluice.picker.extproc;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.admission.VirtualTime;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.RouterBuilder;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// The service over real gRPC on virtual time, with knowledge of the test's making, for one pool of one endpoint.
final class ServiceFixture implements AutoCloseable {
    static final int MAX_BODY = 100_000;
    static final String DESTINATION = "10.0.0.0:8000";
    private static final long KV_CACHE = 430_000;

    final VirtualTime time = new VirtualTime();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Pools pools = new Pools(_ -> {});
    private final AtomicReference<Runnable> onNextReading = new AtomicReference<>(ServiceFixture::nothing);
    private final ExecutorService turns = Executors.newVirtualThreadPerTaskExecutor();
    private final BodyBudget bodies;
    private final AdmissionControl admission;
    private final Server server;
    private final ManagedChannel channel;

    /// What a test may choose.
    ///
    /// @param mostBytes of bodies that wait, whatever their pool
    /// @param bodies what bodies may take
    record Parts(
            AdmissionSettings settings, long mostBytes, Supplier<Catalog> catalog, RateBook rates, BodyBudget bodies) {
        static Parts usual() {
            return new Parts(
                    PoolSettings.DEFAULT.admission(),
                    Long.MAX_VALUE,
                    () -> Catalog.EMPTY,
                    new RateBook(),
                    BodyBudget.unlimited());
        }

        Parts withMostBytes(long bytes) {
            return new Parts(settings, bytes, catalog, rates, bodies);
        }

        Parts withSettings(AdmissionSettings admission) {
            return new Parts(admission, mostBytes, catalog, rates, bodies);
        }

        Parts withCatalog(Supplier<Catalog> supplier) {
            return new Parts(settings, mostBytes, supplier, rates, bodies);
        }

        Parts withBodies(BodyBudget budget) {
            return new Parts(settings, mostBytes, catalog, rates, budget);
        }

        Parts withRates(RateBook book) {
            return new Parts(settings, mostBytes, catalog, book, bodies);
        }
    }

    ServiceFixture() throws IOException {
        this(Parts.usual());
    }

    ServiceFixture(Parts parts) throws IOException {
        this.bodies = parts.bodies();
        Ticker ticker = () -> {
            onNextReading.getAndSet(ServiceFixture::nothing).run();
            return time.nanos();
        };
        PoolSettings settings = PoolSettings.DEFAULT
                .withPolicy(PolicySettings.of(PolicyKind.ROUND_ROBIN))
                .withAdmission(parts.settings());
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, settings, List.of(Fixtures.spec(0, Fixtures.H100)))));
        admission = new AdmissionControl(
                pools, new Execution(ticker, time, turns), AdmissionWatch.NOBODY, parts.mostBytes(), parts.rates());
        Router router = new RouterBuilder(pools)
                .catalog(parts.catalog())
                .knowledge(RouterBuilder.knowledge(new TokenLearner(), parts.rates()))
                .ticker(ticker)
                .admission(admission)
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(new ExternalProcessorService(
                        new Collaborators(router, pools, new Meters(registry), ticker, time, parts.bodies()),
                        new ExchangeSettings(POOL, MAX_BODY, Duration.ofSeconds(30), 1)))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress(server.getListenSockets().getFirst())
                .usePlaintext()
                .build();
    }

    private static void nothing() {}

    ManagedChannel channel() {
        return channel;
    }

    EnvoyStream stream() {
        return new EnvoyStream(channel);
    }

    Endpoint endpoint() {
        return pools.all().get(POOL).endpoint(0);
    }

    /// The next time that anything reads the clock, it does this.
    void onNextReading(Runnable fault) {
        onNextReading.set(fault);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getListenSockets().getFirst();
    }

    /// A chat request that runs.
    EnvoyStream running() throws InterruptedException {
        return running(stream());
    }

    private static EnvoyStream running(EnvoyStream envoy) throws InterruptedException {
        envoy.chat("running").requestBody("{\"model\":\"m\",\"stream\":true,\"messages\":[]}", true);
        assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo(DESTINATION);
        envoy.requestBody();
        return envoy;
    }

    /// The same, and the endpoint's cache is full with it: until it has ended all others wait.
    EnvoyStream saturating() throws InterruptedException {
        return saturate(stream());
    }

    EnvoyStream saturate(EnvoyStream stream) throws InterruptedException {
        EnvoyStream envoy = running(stream);
        endpoint().report(new Signals(0, 1, new KvCache(1, KV_CACHE), Adapters.NONE, 1, time.nanos()));
        return envoy;
    }

    /// A request whose body is not read: its headers.
    ///
    /// @param more names and values, in turn
    EnvoyStream upload(String... more) {
        return upload(stream(), more);
    }

    static EnvoyStream upload(EnvoyStream envoy, String... more) {
        String[] headers = {
            ":method", "POST", ":path", "/v1/audio/transcriptions", "content-type", "multipart/form-data"
        };
        String[] all = new String[headers.length + more.length];
        System.arraycopy(headers, 0, all, 0, headers.length);
        System.arraycopy(more, 0, all, headers.length, more.length);
        return envoy.requestHeaders(false, all);
    }

    void awaitWaiting(int requests) {
        await().atMost(Duration.ofSeconds(5)).until(() -> admission.waiting(POOL) == requests);
    }

    /// Waits until so many have ended in one way; then nothing is held for any that has ended.
    void awaitEnds(int count, String outcome) {
        await().atMost(Duration.ofSeconds(5)).until(() -> ends(outcome) == count);
    }

    double ends(String outcome) {
        return registry.find("sluice.requests").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /// Nothing runs, and nothing waits.
    void assertIdle() {
        assertThat(registry.get("sluice.requests.in.flight").gauge().value()).isZero();
        assertThat(endpoint().inFlight().requests()).isZero();
        assertThat(endpoint().inFlight().contextTokens()).isZero();
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(bodies.reserved()).isZero();
        assertThat(bodies.waiting()).isZero();
    }

    double count(String meter) {
        return registry.get(meter).counter().count();
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        turns.shutdownNow();
    }
}
