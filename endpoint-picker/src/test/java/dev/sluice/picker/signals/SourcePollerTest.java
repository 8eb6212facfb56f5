package dev.sluice.picker.signals;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PollSettings;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSettings;
import dev.sluice.picker.settings.SignalSources;
import dev.sluice.picker.settings.SignalSources.Exporter;
import dev.sluice.picker.settings.SignalSources.Exporter.ExporterLocation;
import dev.sluice.picker.settings.SignalSources.Prometheus;
import dev.sluice.picker.settings.SignalSources.Query;
import dev.sluice.picker.signals.polling.EngineListener;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import dev.sluice.picker.telemetry.SourceMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read, from where and for whom; the servers here answer as the test says. Real ones answer in the
/// end-to-end tests.
class SourcePollerTest {
    private static final Duration QUICK = Duration.ofMillis(50);

    private final Pools pools = new Pools(_ -> {});
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<Endpoint> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Endpoint> silent = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private SourcePoller poller;
    private volatile String page = "";
    private volatile int status = 200;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                byte[] body = page.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        poller.close();
        server.stop(0);
    }

    private void poll(PrometheusAccess access) throws Exception {
        SourceMeters meters = new SourceMeters(registry, System::nanoTime);
        poller =
                new SourcePoller(pools, meters, System::nanoTime, InstantSource.system(), access, new EngineListener() {
                    @Override
                    public void reported(Endpoint endpoint) {
                        heard.add(endpoint);
                    }

                    @Override
                    public void expired(Endpoint endpoint) {
                        silent.add(endpoint);
                    }
                });
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    private List<Endpoint> publish(SignalSources sources, String... pods) {
        PoolSettings settings = PoolSettings.DEFAULT.withSignals(
                new SignalSettings(new PollSettings(QUICK, Duration.ofSeconds(2), true), sources, AdapterChecks.NONE));
        return pools.replaceAll(List.of(new PoolSpec(POOL, settings, specs(pods))));
    }

    private static List<EndpointSpec> specs(String... pods) {
        return Stream.of(pods)
                .map(pod -> new EndpointSpec(
                        new EndpointId(pod, "127.0.0.1", 8000 + pod.length()),
                        new Hardware("", 1, "llama"),
                        Engine.VLLM,
                        false,
                        "127.0.0.1",
                        ""))
                .toList();
    }

    private SignalSources exporter(ExporterLocation place) {
        return new SignalSources(null, new Exporter(place, port(), QUICK));
    }

    private SignalSources prometheus(Query query, String promQl) {
        return new SignalSources(
                new Prometheus(url(), QUICK, Duration.ofSeconds(2), "pod", Map.of(query, promQl)), null);
    }

    private double errors(String source) {
        return registry.find("sluice.source.errors").tag("source", source).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static String clock(String uuid, String pod, int mhz) {
        String labels =
                "{UUID=\"" + uuid + "\",modelName=\"NVIDIA A100-SXM4-80GB\",namespace=\"ml\",pod=\"" + pod + "\"} ";
        return "DCGM_FI_DEV_SM_CLOCK" + labels + mhz + "\nDCGM_FI_DEV_GPU_UTIL" + labels + "100\n";
    }

    private static String vector(String pod, long epochSeconds, String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"pod\":\"" + pod
                + "\",\"namespace\":\"ml\"},\"value\":[" + epochSeconds + ",\"" + value + "\"]}]}}";
    }

    @Test
    void anExporterOnTheNodeTellsOfEachPodThere() throws Exception {
        page = clock("a", "p", 1_410) + clock("b", "pq", 705) + clock("c", "", 705);
        poll(PrometheusAccess.NONE);
        List<Endpoint> endpoints = publish(exporter(ExporterLocation.NODE), "p", "pq");
        await().until(() -> endpoints.get(1).slowness() == 2);
        assertThat(endpoints.get(0).slowness()).isEqualTo(1);
        assertThat(endpoints.get(0).hardware()).isEqualTo(new Hardware("NVIDIA A100-SXM4-80GB", 1, "llama"));
    }

    @Test
    void allGpusOfAnExporterBesideThePodAreThePods() throws Exception {
        page = clock("a", "", 1_410) + clock("b", "", 705);
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(exporter(ExporterLocation.SIDECAR), "p").getFirst();
        await().until(() -> endpoint.slowness() == 2);
        assertThat(endpoint.hardware().accelerators()).isEqualTo(2);
    }

    @Test
    void anExporterThatFailsIsCountedAndItsPagesGoStale() throws Exception {
        page = clock("b", "p", 705);
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(exporter(ExporterLocation.NODE), "p").getFirst();
        await().until(() -> endpoint.slowness() == 2);
        status = 503;
        await().until(() -> errors("dcgm") > 0 && endpoint.gpus().equals(GpuSignals.NOTHING_KNOWN));
        status = 200;
        await().until(() -> endpoint.slowness() == 2);
    }

    @Test
    void aPolicyThatLooksAtNoGpusForgetsThem() throws Exception {
        page = clock("b", "p", 705);
        poll(PrometheusAccess.NONE);
        publish(exporter(ExporterLocation.NODE), "p");
        Endpoint endpoint = pools.all().get(POOL).endpoint(0);
        await().until(() -> endpoint.slowness() == 2);
        publish(new SignalSources(null, null), "p");
        await().until(() -> endpoint.gpus().equals(GpuSignals.NOTHING_KNOWN));
    }

    @Test
    void anExpressionIsAskedForWithTheAgeThatItsSamplesMayHave() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "5");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint =
                publish(prometheus(Query.WAITING, "sum by (pod) (queue)"), "p").getFirst();
        await().until(() -> endpoint.signals() != null);
        assertThat(endpoint.signals().waiting()).isEqualTo(5);
        assertThat(bodies.element()).isEqualTo("query=sum+by+%28pod%29+%28queue%29&lookback_delta=2000ms");
    }

    private double rejected(String source, String reason) {
        return registry.find("sluice.signal.rejected").tags("source", source, "reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void aNumberThatCannotBeIsNotSaid() throws Exception {
        poll(PrometheusAccess.NONE);
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "+Inf");
        Endpoint endpoint = publish(prometheus(Query.WAITING, "queue"), "p").getFirst();
        await().until(() -> rejected("prometheus", "not_finite") > 1);
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "-3");
        await().until(() -> rejected("prometheus", "negative") > 1);
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "3e9");
        await().until(() -> rejected("prometheus", "too_large") > 1);
        assertThat(endpoint.signals()).isNull();
        assertThat(errors("prometheus")).isZero();
    }

    @Test
    void aShareInPercentCountsAsAll() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "87");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(
                        new SignalSources(
                                new Prometheus(
                                        url(),
                                        QUICK,
                                        Duration.ofSeconds(2),
                                        "pod",
                                        Map.of(Query.WAITING, "queue", Query.KV_USAGE, "usage")),
                                null),
                        "p")
                .getFirst();
        await().until(() ->
                endpoint.signals() != null && endpoint.signals().kvCache().usage() > 0);
        assertThat(endpoint.signals().kvCache().usage()).isEqualTo(1);
        assertThat(rejected("prometheus", "clamped")).isPositive();
    }

    @Test
    void aGpusNumberThatCannotBeIsNotSaid() throws Exception {
        page = clock("b", "p", 705)
                + clock("c", "p", 705).replace("} 100", "} -100").replace("} 705", "} 1e9");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(exporter(ExporterLocation.NODE), "p").getFirst();
        await().until(() -> endpoint.slowness() == 2);
        assertThat(endpoint.gpus().utilization()).isEqualTo(1);
        assertThat(rejected("dcgm", "negative")).isPositive();
        assertThat(rejected("dcgm", "too_large")).isPositive();
    }

    @Test
    void anOldSampleIsStaleAlthoughTheQuerySucceeds() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond() - 60, "5");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(prometheus(Query.WAITING, "queue"), "p").getFirst();
        await().until(() -> bodies.size() > 3);
        assertThat(endpoint.signals()).isNull();
        assertThat(errors("prometheus")).isZero();
    }

    @Test
    void itIsToldWhenAServerSaysSomethingAndWhenThatBecomesTooOld() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "5");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint = publish(prometheus(Query.WAITING, "queue"), "p").getFirst();
        await().until(() -> endpoint.signals() != null);
        await().untilAsserted(() -> assertThat(heard).containsOnly(endpoint));
        assertThat(silent).isEmpty();
        status = 503;
        await().until(() -> endpoint.signals() == null);
        await().untilAsserted(() -> assertThat(silent).containsOnly(endpoint));
    }

    /// No exporter can be at such a port, and asking for one there throws.
    @Test
    void aPoolThatCannotBeFollowedKeepsNoOtherFromBeingReadNorFromGoingStale() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "5");
        poll(PrometheusAccess.NONE);
        PoolSettings broken = PoolSettings.DEFAULT.withSignals(
                Fixtures.sources(new SignalSources(null, new Exporter(ExporterLocation.SIDECAR, 70_000, QUICK))));
        PoolSettings sound = PoolSettings.DEFAULT.withSignals(Fixtures.sources(prometheus(Query.WAITING, "queue")));
        pools.replaceAll(List.of(
                new PoolSpec(new PoolId("ml", "broken"), broken, specs("q")), new PoolSpec(POOL, sound, specs("p"))));
        Endpoint endpoint = pools.all().get(POOL).endpoint(0);
        await().until(() -> endpoint.signals() != null);
        status = 503;
        await().until(() -> endpoint.signals() == null);
        assertThat(registry.get("sluice.loop.faults")
                        .tag("loop", "sources")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void aRefusedQueryIsCounted() throws Exception {
        status = 400;
        page = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}";
        poll(PrometheusAccess.NONE);
        publish(prometheus(Query.RUNNING, "sum("), "p");
        await().until(() -> errors("prometheus") > 1);
    }

    @Test
    void onlyTheServerThatThePickerWasToldOfGetsTheToken() throws Exception {
        page = vector("p", 0, "5");
        Path token = Files.writeString(folder.resolve("token"), "secret\n");
        poll(new PrometheusAccess(url(), token, null));
        publish(prometheus(Query.RUNNING, "up"), "p");
        await().until(() -> authorizations.contains("Bearer secret"));
        poller.close();
        authorizations.clear();
        poll(new PrometheusAccess(URI.create("http://127.0.0.1:1"), token, null));
        await().until(() -> authorizations.size() > 2);
        assertThat(authorizations).containsOnly("null");
    }

    @Test
    void singleSignalsOfTheGpusMayBeAskedForToo() throws Exception {
        page = vector("p", InstantSource.system().instant().getEpochSecond(), "79");
        poll(PrometheusAccess.NONE);
        Endpoint endpoint =
                publish(prometheus(Query.XID, "max by (pod) (xid)"), "p").getFirst();
        await().until(endpoint::isFaulty);
        assertThat(endpoint.gpus().fatalXid()).isEqualTo(79);
    }
}
