package dev.sluice.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.rig.EnvoyConfig;
import dev.sluice.bench.rig.Gateway;
import dev.sluice.bench.rig.PoolFolder;
import dev.sluice.bench.rig.ProcessCpu;
import dev.sluice.bench.rig.SluicePicker;
import dev.sluice.bench.soak.SoakPeriod.HeapSample;
import dev.sluice.bench.soak.load.SoakLoad;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.engine.Accelerator;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Fit;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The stage starts all that a soak needs: simulated model servers, the picker as it is shipped, a real Envoy.
final class SoakStage {
    private static final String LISTENER = "gateway";
    private static final String BODIES = "FULL_DUPLEX_STREAMED";
    private static final String HOST = "127.0.0.1";
    private static final String GPU = "nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3";

    /// A fourth of an H100's times: few engines serve enough to keep the picker busy.
    private static final EngineConfig ENGINE = EngineConfig.of(
                    new Profile("soak", Accelerator.H100, 1, new Fit(0.88, 0.0045, 0.145, 1.6, 0.0033, 0.0102), 54_000))
            .withHostOverhead(Duration.ofMillis(1));

    private static final int SERVER_THREADS = 2;
    private static final double BYTES_PER_MIB = 1 << 20;

    private final SluicePicker picker;
    private final long pid;
    private final HeapReading heap;
    private final HostAndPort envoy;

    private SoakStage(SluicePicker picker, HostAndPort envoy) throws IOException {
        this.picker = picker;
        this.pid = picker.named(LISTENER).pid();
        this.heap = new HeapReading(pid);
        this.envoy = envoy;
    }

    /// @param parts they are stopped at the end
    static SoakStage start(SoakOptions options, Closing parts) throws IOException {
        Fleet fleet = parts.add(Fleet.start(
                IntStream.range(0, options.servers())
                        .mapToObj(i -> ServerConfig.of(
                                "server-" + i,
                                new InetSocketAddress(InetAddress.ofLiteral(HOST), 0),
                                SoakLoad.MODEL,
                                ENGINE))
                        .toList(),
                SERVER_THREADS));
        List<HostAndPort> servers = fleet.servers().stream()
                .map(server -> HostAndPort.fromParts(HOST, server.address().getPort()))
                .toList();
        PoolFolder folder = parts.add(PoolFolder.of(servers, List.of(GPU), SoakResources.DOCUMENTS));
        SluicePicker picker = parts.add(SluicePicker.start(folder, options.jvmFlags()));
        EnvoyConfig.Listener listener = new EnvoyConfig.Listener(LISTENER, picker.named(LISTENER), BODIES, false);
        Gateway gateway = parts.add(Gateway.start(EnvoyBinary.locate(), EnvoyConfig.json(servers, List.of(listener))));
        return new SoakStage(picker, gateway.listener(LISTENER));
    }

    HostAndPort envoy() {
        return envoy;
    }

    /// Collects, and reads what is left.
    HeapSample heapSample() throws IOException, InterruptedException {
        double used = heap.usedMib();
        return new HeapSample(used, meters().sum("sluice_body_bytes") / BYTES_PER_MIB);
    }

    /// Living objects of the picker's own types.
    Map<String, Long> instances() throws IOException, InterruptedException {
        return heap.instances();
    }

    double cpuSeconds() throws IOException {
        return ProcessCpu.seconds(pid);
    }

    ProcessReading process() throws IOException {
        return ProcessReading.of(pid);
    }

    MeterPage meters() throws IOException {
        return new MeterPage(page("/metrics"));
    }

    /// Requests and tokens in flight at each endpoint.
    List<Long> inFlight() throws IOException {
        List<Long> counts = new ArrayList<>();
        JsonNode pools = new ObjectMapper().readTree(page("/pools"));
        for (JsonNode endpoint : pools.findParents("inFlight")) {
            counts.add(endpoint.path("inFlight").asLong());
            counts.add(endpoint.path("inFlightTokens").asLong());
        }
        return counts;
    }

    String log() throws IOException {
        return picker.log();
    }

    private String page(String path) throws IOException {
        URI page = picker.admin().resolve(path);
        try (InputStream answer = page.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
