package dev.sluice.standalone.demo;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.operator.plan.Plan;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.standalone.fleet.SimulatedServers;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import dev.sluice.standalone.gateway.LocalGateway;
import dev.sluice.standalone.load.ChatShape;
import dev.sluice.standalone.load.LoadGenerator;
import dev.sluice.standalone.load.LoadProgress;
import dev.sluice.standalone.load.LoadSummary;
import dev.sluice.standalone.load.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The demo: simulated model servers, a gateway before them, and the same load sent twice.
///
/// Both sides reach the same servers through the same Envoy: for the Service it gives each connection to a random
/// server, as kube-proxy does. Both start with cold caches, and get the same sessions at the same times. Before that
/// both are warmed up with other sessions, so that neither is measured
/// while the JVM still compiles.
public final class Demo implements AutoCloseable {
    /// @param seed of the load
    /// @param window how long each side is loaded
    /// @param warmUp how long each side is warmed up
    public record DemoOptions(LocalGateway.GatewayOptions gateway, long seed, Duration window, Duration warmUp) {}

    private static final String LOOPBACK = "127.0.0.1";
    private static final int STREAM_INTERVAL = 16;
    private static final int SIMULATOR_THREADS = 2;

    private final DemoOptions options;
    private final PrintWriter out;
    private final boolean terminal;
    private final ResourceSet resources;
    private final Fleet fleet;
    private final URI service;
    private final LocalGateway gateway;

    private Demo(DemoOptions options, PrintWriter out, boolean terminal, ResourceSet resources, Fleet fleet)
            throws IOException, GeneralSecurityException, BrokenFileException {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
        this.resources = resources;
        this.fleet = fleet;
        Plan.Address listen = new Plan.Address(LOOPBACK, freePort());
        this.service = URI.create("http://" + listen);
        List<Plan.Address> endpoints =
                fleet.servers().stream().map(Demo::address).toList();
        this.gateway = LocalGateway.start(options.gateway().withService("service", listen, endpoints));
    }

    /// Starts the servers and the gateway.
    ///
    /// @param out where progress is shown
    /// @param terminal whether `out` is one
    public static Demo start(DemoOptions options, PrintWriter out, boolean terminal)
            throws IOException, GeneralSecurityException, BrokenFileException {
        ResourceSet resources = Folder.read(options.gateway().folder());
        Fleet fleet = startFleet(resources);
        try {
            return new Demo(options, out, terminal, resources, fleet);
        } catch (IOException | GeneralSecurityException | BrokenFileException | RuntimeException failed) {
            fleet.close();
            throw failed;
        }
    }

    /// The address where clients reach Sluice.
    public URI url() {
        return gateway.urls().getFirst();
    }

    /// The address where decisions are explained.
    public URI explanations() {
        return gateway.pickerAdmin();
    }

    /// Sends the load to both sides and compares what came of it.
    public Comparison compare() throws InterruptedException {
        Workload load = Workload.chat(shape(), options.window(), options.seed());
        Workload other = Workload.chat(shape(), options.warmUp(), ~options.seed());
        Map<String, String> servedNames = SimulatedServers.servedNames(resources);
        play("warm-up", other.withModels(servedNames), service, options.warmUp());
        play("warm-up", other, url(), options.warmUp());
        Side byService = play("Service", load.withModels(servedNames), service, options.window());
        Side bySluice = play("Sluice", load, url(), options.window());
        return new Comparison(options.seed(), options.window(), byService, bySluice);
    }

    @Override
    public void close() {
        gateway.close();
        fleet.close();
    }

    private Side play(String title, Workload workload, URI target, Duration window) throws InterruptedException {
        fleet.reset();
        FleetUse before = FleetUse.of(fleet);
        LoadProgress progress = new LoadProgress();
        LoadSummary load;
        try (ProgressDisplay _ = new ProgressDisplay(out, terminal, title, window, progress)) {
            load = LoadGenerator.play(workload, target, window, progress);
        }
        FleetUse use = FleetUse.of(fleet).since(before);
        return new Side(load, use.prefixHitRatio(), use.utilisation(load.elapsed()));
    }

    private ChatShape shape() {
        List<InferenceModel> models = resources.all(InferenceModel.class);
        List<String> adapters = models.stream()
                .filter(model -> !model.getSpec().targets().isEmpty())
                .map(model -> model.getSpec().modelName())
                .toList();
        String base = models.stream()
                .map(model -> model.getSpec().modelName())
                .filter(name -> !adapters.contains(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the demo's folder publishes no base model"));
        return ChatShape.demo(base, adapters);
    }

    private static Fleet startFleet(ResourceSet resources) throws IOException {
        try {
            return Fleet.start(SimulatedServers.of(resources, STREAM_INTERVAL), SIMULATOR_THREADS);
        } catch (IOException failed) {
            throw new IOException(
                    "cannot start the simulated servers of the EndpointList: %s (is an address in use, or missing? On macOS "
                                    .formatted(failed.getMessage())
                            + "each needs `sudo ifconfig lo0 alias ADDRESS`)",
                    failed);
        }
    }

    private static Plan.Address address(ModelServer server) {
        return new Plan.Address(
                server.address().getAddress().getHostAddress(), server.address().getPort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }
}
