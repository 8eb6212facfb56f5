package dev.sluice.picker.signals.adapters;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.signals.EnginePoller;
import dev.sluice.picker.telemetry.Meters;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The checks against a server with a list of models and gRPC health services that say what the test wants.
class AdapterCheckTest {
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final String BASE = "llama";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Pools pools = new Pools(_ -> {});
    private final EnginePoller poller = new EnginePoller(pools, new Meters(registry), System::nanoTime);
    private final HealthStatusManager health = new HealthStatusManager();
    private final AtomicInteger lists = new AtomicInteger();
    private volatile int status = 200;
    private volatile String models = list(BASE, "sql");
    private HttpServer server;
    private Server grpc;

    private static String list(String... names) {
        StringBuilder list = new StringBuilder("{\"object\":\"list\",\"data\":[");
        for (String name : names) {
            list.append(list.charAt(list.length() - 1) == '}' ? "," : "")
                    .append("{\"id\":\"")
                    .append(name)
                    .append("\",\"object\":\"model\"}");
        }
        return list.append("]}").toString();
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/models", exchange -> {
            try (exchange) {
                lists.incrementAndGet();
                byte[] body = models.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        grpc = serve(health.getHealthService(), 0);
    }

    private static Server serve(BindableService service, int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(service)
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        poller.close();
        server.stop(0);
        stopHealth();
    }

    private void stopHealth() throws InterruptedException {
        grpc.shutdownNow();
        assertThat(grpc.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Endpoint follow(boolean models, int grpcPort) {
        settle(Set.of("sql", "law"), models, grpcPort);
        Endpoint endpoint = endpoint();
        poller.follow(endpoint);
        return endpoint;
    }

    private Endpoint endpoint() {
        return pools.all().get(POOL).endpoints().getFirst();
    }

    private void settle(Set<String> adapters, boolean models, int grpcPort) {
        settle(adapters, models, grpcPort, BASE);
    }

    private void settle(Set<String> adapters, boolean models, int grpcPort, String base) {
        settle(new AdapterChecks(adapters, models, grpcPort, INTERVAL), base);
    }

    private void settle(AdapterChecks checks, String base) {
        EndpointId id = new EndpointId("pod", "127.0.0.1", server.getAddress().getPort());
        PoolSettings settings = PoolSettings.DEFAULT.withSignals(Fixtures.adapterChecks(checks));
        pools.replaceAll(List.of(
                new PoolSpec(POOL, settings, List.of(new EndpointSpec(id, new Hardware("", 1, base), Engine.VLLM)))));
    }

    private double errors(String source) {
        return registry.find("sluice.adapter.check.errors").tag("source", source).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static void awaitStates(Endpoint endpoint, AdapterState sql, AdapterState law) {
        await().untilAsserted(() -> {
            assertThat(endpoint.adapter("sql")).isEqualTo(sql);
            assertThat(endpoint.adapter("law")).isEqualTo(law);
        });
    }

    @Test
    void followsTheListOfModels() {
        Endpoint endpoint = follow(true, 0);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        models = list(BASE, "law");
        awaitStates(endpoint, AdapterState.ABSENT, AdapterState.SERVING);
        assertThat(endpoint.adapter("never-asked-for")).isEqualTo(AdapterState.UNKNOWN);
        assertThat(errors("models")).isZero();
    }

    @Test
    void theListTellsOfBaseModelsToo() {
        follow(Set.of(), Set.of(BASE, "mistral"), true, grpc.getPort());
        Endpoint endpoint = endpoint();
        await().untilAsserted(() -> assertThat(endpoint.listedModels()).contains(BASE));
        assertThat(endpoint.servesBase(BASE)).isTrue();
        assertThat(endpoint.servesBase("mistral")).isFalse();
        status = 404;
        await().untilAsserted(() -> assertThat(endpoint.servesBase("mistral"))
                .as("a server without a list says nothing")
                .isTrue());
        assertThat(endpoint.adapters()).isEmpty();
    }

    /// As vLLM 0.32 prints it: adapters have a root of their own.
    @Test
    void theListTellsWhereTheBaseModelWasLoadedFrom() {
        models = """
                {"object":"list","data":[
                {"id":"sql","object":"model","root":"/adapters/sql-70b","parent":"llama"},
                {"id":"llama","object":"model","root":"meta-llama/Llama-3.1-70B","parent":null,"max_model_len":8192}]}""";
        Endpoint endpoint = follow(true, 0);
        await().untilAsserted(() -> assertThat(endpoint.hardware().model()).isEqualTo("meta-llama/Llama-3.1-70B"));
        assertThat(endpoint.declaredModel()).isEqualTo(BASE);
    }

    @Test
    void aRootThatIsTooLongIsNotTaken() {
        models = list(BASE, "sql")
                .replace("\"id\":\"llama\"", "\"id\":\"llama\",\"root\":\"" + "70b-".repeat(1_000) + "\"");
        Endpoint endpoint = follow(true, 0);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        assertThat(endpoint.hardware().model()).isEqualTo(BASE);
    }

    private void follow(Set<String> adapters, Set<String> bases, boolean models, int grpcPort) {
        settle(new AdapterChecks(adapters, bases, models, grpcPort, INTERVAL), BASE);
        poller.follow(endpoint());
    }

    @Test
    void aServerWithoutAListSaysNothingAndIsNotAtFault() {
        status = 404;
        Endpoint endpoint = follow(true, 0);
        await().until(() -> lists.get() > 3);
        assertThat(endpoint.adapters())
                .containsOnly(Map.entry("sql", AdapterState.UNKNOWN), Map.entry("law", AdapterState.UNKNOWN));
        assertThat(errors("models")).isZero();
    }

    @Test
    void aListThatCannotBeReadIsCountedAndForgottenWhenItIsOld() {
        Endpoint endpoint = follow(true, 0);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        models = "<html>";
        await().until(() -> errors("models") > 0);
        awaitStates(endpoint, AdapterState.UNKNOWN, AdapterState.UNKNOWN);
        models = "{}";
        double before = errors("models");
        await().until(() -> errors("models") > before + 1);
        models = list("sql");
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
    }

    @Test
    void watchesTheHealthServices() {
        health.setStatus("sql", ServingStatus.SERVING);
        health.setStatus("law", ServingStatus.NOT_SERVING);
        Endpoint endpoint = follow(false, grpc.getPort());
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.NOT_SERVING);
        health.setStatus("sql", ServingStatus.NOT_SERVING);
        health.clearStatus("law");
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.ABSENT);
        health.setStatus("law", ServingStatus.SERVING);
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.SERVING);
        assertThat(errors("grpc")).isZero();
        assertThat(lists).hasValue(0);
    }

    @Test
    void aWatchThatIsSilentStaysGood() throws InterruptedException {
        health.setStatus("sql", ServingStatus.NOT_SERVING);
        Endpoint endpoint = follow(false, grpc.getPort());
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.ABSENT);
        for (int i = 0; i < 20; i++) {
            Thread.sleep(INTERVAL.toMillis() / 2);
            assertThat(endpoint.adapter("sql")).isEqualTo(AdapterState.NOT_SERVING);
        }
        assertThat(errors("grpc")).isZero();
    }

    @Test
    void aHealthServerThatGoesIsForgottenAndFoundAgain() throws Exception {
        health.setStatus("sql", ServingStatus.NOT_SERVING);
        int port = grpc.getPort();
        Endpoint endpoint = follow(false, port);
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.ABSENT);
        stopHealth();
        awaitStates(endpoint, AdapterState.UNKNOWN, AdapterState.UNKNOWN);
        assertThat(errors("grpc")).isPositive();
        HealthStatusManager after = new HealthStatusManager();
        after.setStatus("sql", ServingStatus.SERVING);
        grpc = serve(after.getHealthService(), port);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
    }

    @Test
    void asksAServerThatDoesNotOfferToBeWatched() throws Exception {
        stopHealth();
        Map<String, ServingStatus> statuses = new ConcurrentHashMap<>(Map.of("sql", ServingStatus.SERVING));
        grpc = serve(new CheckOnly(statuses), 0);
        Endpoint endpoint = follow(false, grpc.getPort());
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        statuses.put("sql", ServingStatus.NOT_SERVING);
        statuses.put("law", ServingStatus.SERVING);
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.SERVING);
        assertThat(errors("grpc")).isZero();
    }

    @Test
    void asksForTheBaseModelThatIsServedNow() throws Exception {
        stopHealth();
        CheckOnly services = new CheckOnly(Map.of("sql", ServingStatus.SERVING));
        grpc = serve(services, 0);
        Endpoint endpoint = follow(false, grpc.getPort());
        await().until(() -> services.asked.contains(BASE));
        settle(Set.of("sql", "law"), false, grpc.getPort(), "mistral");
        await().until(() -> services.asked.contains("mistral"));
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
    }

    private static final class CheckOnly extends HealthGrpc.HealthImplBase {
        private final Map<String, ServingStatus> statuses;
        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        CheckOnly(Map<String, ServingStatus> statuses) {
            this.statuses = statuses;
        }

        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> to) {
            asked.add(request.getService());
            ServingStatus status = statuses.get(request.getService());
            if (status == null) {
                to.onError(Status.NOT_FOUND.asRuntimeException());
            } else {
                to.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
                to.onCompleted();
            }
        }
    }

    @Test
    void aServerThatHasNoHealthServiceSaysNothing() throws Exception {
        stopHealth();
        grpc = serve(new HealthGrpc.HealthImplBase() {}, 0);
        Endpoint endpoint = follow(true, grpc.getPort());
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        await().until(() -> errors("grpc") > 1);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
    }

    @Test
    void theHealthServiceCountsMoreThanTheList() {
        health.setStatus("sql", ServingStatus.NOT_SERVING);
        models = list(BASE, "sql", "law");
        Endpoint endpoint = follow(true, grpc.getPort());
        awaitStates(endpoint, AdapterState.NOT_SERVING, AdapterState.SERVING);
    }

    @Test
    void followsWhatThePoolAsksFor() throws InterruptedException {
        Endpoint endpoint = follow(true, 0);
        awaitStates(endpoint, AdapterState.SERVING, AdapterState.ABSENT);
        models = list(BASE, "sql", "tax");
        settle(Set.of("tax"), true, 0);
        await().until(() -> endpoint.adapter("tax") == AdapterState.SERVING);
        assertThat(endpoint.adapters()).containsOnlyKeys("tax");
        settle(Set.of(), true, 0);
        await().until(() -> endpoint.adapters().isEmpty());
        int before = lists.get();
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(lists).hasValue(before);
    }

    @Test
    void anEndpointThatLeavesIsAskedNoMore() throws InterruptedException {
        follow(true, grpc.getPort());
        await().until(() -> lists.get() > 1);
        pools.replaceAll(List.of());
        Thread.sleep(2 * INTERVAL.toMillis());
        int before = lists.get();
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(lists).hasValue(before);
    }
}
