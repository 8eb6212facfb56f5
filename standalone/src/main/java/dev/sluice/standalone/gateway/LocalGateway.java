package dev.sluice.standalone.gateway;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.envoy.Bootstrap;
import dev.sluice.operator.envoy.Bootstrap.TcpService;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Planner;
import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.status.Observed;
import dev.sluice.operator.status.Report;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.standalone.envoy.EnvoyProcess;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running gateway: it serves what the folder says, follows its changes, and stops whole.
///
/// What is broken stops it only at the start; later the last good state goes on serving.
public final class LocalGateway implements AutoCloseable {
    /// The options of a gateway that runs on this machine.
    ///
    /// @param envoy the binary
    /// @param ports the local port of a Gateway's listener port, where they differ
    /// @param concurrency Envoy's worker threads
    /// @param services what Envoy serves beside the folder's Gateways
    public record GatewayOptions(
            Path folder, Path envoy, Map<Integer, Integer> ports, int concurrency, List<TcpService> services) {
        public GatewayOptions {
            ports = Map.copyOf(ports);
            services = List.copyOf(services);
        }

        public GatewayOptions(Path folder, Path envoy, Map<Integer, Integer> ports, int concurrency) {
            this(folder, envoy, ports, concurrency, List.of());
        }

        public GatewayOptions withService(String name, Plan.Address listen, List<Plan.Address> endpoints) {
            List<TcpService> more = new ArrayList<>(services);
            more.add(new TcpService(name, listen, endpoints));
            return new GatewayOptions(folder, envoy, ports, concurrency, more);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(LocalGateway.class);
    private static final Installation INSTALLATION = Installation.standaloneDefaults();
    private static final String LOOPBACK = "127.0.0.1";
    private static final int ORDERED_ENDPOINTS = 3;
    /// The conditions that are of the resource itself: whether it is ready or programmed, nobody observes here.
    private static final Set<String> REFUSALS = Set.of("Accepted", "ResolvedRefs", "ModelRouting");

    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Picker picker;
    private final XdsServer xds;
    private final Settings settings;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private volatile Plan plan = Plan.empty();
    private CompletableFuture<Integer> envoyExit = new CompletableFuture<>();

    private LocalGateway(GatewayOptions options) throws IOException, GeneralSecurityException {
        picker = opened(Picker.start(pickerConfig()));
        settings = Settings.defaults()
                .withPicker(new Plan.Picker(
                        new Plan.Address(LOOPBACK, picker.grpcAddress().getPort()), false))
                .withListenHost(LOOPBACK)
                .withListenPorts(options.ports())
                .withAccessLog(false);
        xds = opened(XdsServer.start(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0), settings, _ -> {}));
    }

    /// Starts everything and returns when Envoy serves what the folder says.
    public static LocalGateway start(GatewayOptions options)
            throws IOException, GeneralSecurityException, BrokenFileException {
        LocalGateway gateway = new LocalGateway(options);
        try {
            gateway.opened(Folder.open(options.folder(), new Follower(gateway::serve)));
            gateway.checkPorts();
            EnvoyProcess envoy = gateway.opened(EnvoyProcess.start(
                    options.envoy(), gateway.bootstrap(options).json(), options.concurrency()));
            gateway.envoyExit = envoy.exit();
            return gateway;
        } catch (IOException | BrokenFileException | RuntimeException failed) {
            gateway.close();
            throw failed;
        }
    }

    /// The addresses where clients connect: one URL for each port that a Gateway of the folder listens on.
    public List<URI> urls() {
        return plan.listeners().stream()
                .map(listener -> URI.create(
                        switch (listener) {
                            case Plan.Listener.Http http -> "http://" + address(http);
                            case Plan.Listener.Https https -> "https://" + address(https);
                        }))
                .toList();
    }

    private Plan.Address address(Plan.Listener listener) {
        return new Plan.Address(settings.listenHost(), listener.port());
    }

    /// Completes with Envoy's exit status when Envoy ends.
    public CompletableFuture<Integer> envoyExit() {
        return envoyExit;
    }

    /// The address where the picker serves metrics and explanations.
    public URI pickerAdmin() {
        return URI.create(
                "http://%s:%d".formatted(LOOPBACK, picker.adminAddress().getPort()));
    }

    /// Stops everything, the last started first.
    @Override
    public void close() {
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception failed) {
                LOG.atWarn().addKeyValue("part", part).setCause(failed).log("did not stop cleanly");
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        running.push(part);
        return part;
    }

    /// Endpoints reach the picker before Envoy, so that no request comes for a pool that the picker has not heard
    /// of.
    private void serve(ResourceSet resources) {
        FolderView view = new FolderView(resources);
        picker.publish(view);
        List<ResolvedGateway> gateways = Resolver.resolve(view, INSTALLATION);
        plan = Planner.plan(gateways, settings);
        xds.publish(plan);
        report(view, gateways);
    }

    /// A folder can only show in the log what a cluster would show as a resource's status. Whether a model is
    /// ready, the picker knows.
    private static void report(FolderView resources, List<ResolvedGateway> gateways) {
        Report report = new Report(
                resources,
                INSTALLATION,
                gateways,
                Observed.nothing(),
                Instant.now().toString());
        for (Gateway gateway : resources.all(Gateway.class)) {
            warn(gateway, report.of(gateway).getConditions());
            report.of(gateway).getListeners().forEach(listener -> warn(gateway, listener.getConditions()));
        }
        for (HTTPRoute route : resources.all(HTTPRoute.class)) {
            report.of(route).getParents().forEach(parent -> warn(route, parent.getConditions()));
        }
        for (InferencePoolPolicy policy : resources.all(InferencePoolPolicy.class)) {
            warn(policy, report.of(policy).conditions());
        }
        for (InferenceModel model : resources.all(InferenceModel.class)) {
            warn(model, report.of(model).conditions());
        }
    }

    private static void warn(HasMetadata resource, List<Condition> conditions) {
        conditions.stream()
                .filter(condition -> condition.getStatus().equals("False") && REFUSALS.contains(condition.getType()))
                .forEach(condition -> LOG.atWarn()
                        .addKeyValue(
                                "resource",
                                resource.getKind() + " "
                                        + resource.getMetadata().getName())
                        .log("{}: {}", condition.getReason(), condition.getMessage()));
    }

    /// Envoy would only refuse the listener and go on; a person at a terminal must hear of it.
    private void checkPorts() throws IOException {
        for (Plan.Listener listener : plan.listeners()) {
            int port = listener.port();
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral(settings.listenHost()))) {
                LOG.atDebug().addKeyValue("port", port).log("the port is free");
            } catch (BindException taken) {
                throw new IOException("port %d is taken; choose another with --port".formatted(port), taken);
            }
        }
    }

    private Bootstrap bootstrap(GatewayOptions options) {
        return new Bootstrap("standalone", xds.address(), new Plan.Address(LOOPBACK, 0), options.services());
    }

    private static PickerConfig pickerConfig() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0);
        return new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.Plaintext()),
                new ExchangeSettings(
                        new PoolId("default", "default"),
                        PickerConfig.DEFAULT_MAX_BODY_BYTES,
                        PickerConfig.DEFAULT_BODY_TIMEOUT,
                        ORDERED_ENDPOINTS),
                PickerConfig.Memory.DEFAULT,
                PickerConfig.Shutdown.within(DRAIN));
    }
}
