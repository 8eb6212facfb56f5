package dev.sluice.picker.app;

import dev.sluice.picker.admin.AdminServer;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.server.GrpcServers;
import dev.sluice.picker.app.server.Health;
import dev.sluice.picker.extproc.Collaborators;
import dev.sluice.picker.extproc.ExternalProcessorService;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.Debouncer;
import dev.sluice.picker.kube.Publication;
import dev.sluice.picker.kube.Resources;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.RoutingData;
import dev.sluice.picker.routing.RoutingFeatures;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.telemetry.BodyMeters;
import dev.sluice.process.Supervisor;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running endpoint picker: its parts, wired by constructors, and the order in which they stop.
public final class Picker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Picker.class);

    /// The bodies of queued requests may take one part in so many of the heap.
    private static final int WAITING_SHARE = 4;

    private final Telemetry telemetry = Telemetry.of(System::nanoTime);
    private final Supervisor supervisor = new Supervisor(telemetry.meters().loops()::fault);
    private final Timers timers = Timers.start(supervisor);
    private final Stores stores;
    private final BodyBudget bodies;
    private final Pools pools;
    private final Publication publication;
    private final SessionKeyFile sessionKeys;
    private final AdmissionControl admission;
    private final SignalReaders signals;
    private final PromptTokenizing tokenizing;
    private final Health health = new Health();
    private final Function<PoolId, BindableService> processors;
    private final GrpcServers grpc;
    private final AdminServer admin;

    private Picker(PickerConfig config) throws IOException, GeneralSecurityException {
        this.sessionKeys = new SessionKeyFile(config.secrets().sessionKeys(), supervisor);
        this.stores = Stores.of(config.memory(), telemetry.meters());
        this.bodies = BodyBudget.ofHeap(
                config.memory().bodyPercent(), config.exchange().maxBodyBytes(), timers.requests());
        this.pools = new Pools(stores::joining);
        this.publication =
                new Publication(pools, config.pools().replicas(), config.pools().weights());
        this.admission = new AdmissionControl(
                pools,
                timers.admission(),
                new MeteredAdmission(
                        telemetry.meters().admission(), telemetry.meters().loops()),
                Runtime.getRuntime().maxMemory() / WAITING_SHARE,
                stores.rates());
        this.signals = SignalReaders.start(
                pools,
                new SignalReaders.PickerListener(admission, stores),
                config.secrets().prometheus(),
                telemetry,
                stores,
                timers);
        this.tokenizing = PromptTokenizing.start(pools, telemetry.meters(), timers, bodies);
        Router router = router();
        this.processors = processors(config.exchange().withMaxBodyBytes(bodies.largestBody()), router);
        GrpcServers started = null;
        try {
            started = GrpcServers.start(
                    config,
                    processors.apply(config.exchange().defaultPool()),
                    health,
                    telemetry.meters()::connectionCut,
                    supervisor);
            this.admin = AdminServer.start(config.listeners().admin(), views(router));
            this.grpc = started;
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            if (started != null) {
                started.close();
            }
            closeParts();
            throw failure;
        }
        BodyMeters.register(telemetry.registry(), bodies);
        PoolGauges.register(telemetry.meters(), pools, stores.journal(), stores.exact(), timers.ticker());
    }

    private Router router() {
        SessionTokens sessions = new SessionTokens(sessionKeys::keys, timers.clock());
        return new Router(
                new RoutingData(pools, publication::catalog, stores.knowledge()),
                new RoutingFeatures(sessions, admission, tokenizing.tokenizers()),
                stores.journal(),
                timers.ticker(),
                timers.clock());
    }

    private Function<PoolId, BindableService> processors(ExchangeSettings settings, Router router) {
        Collaborators collaborators =
                new Collaborators(router, pools, telemetry.meters(), timers.ticker(), timers.deadlines(), bodies);
        return pool -> new ExternalProcessorService(collaborators, settings.withDefaultPool(pool));
    }

    private AdminServer.Views views(Router router) {
        return new AdminServer.Views(
                telemetry.registry()::scrape,
                stores.journal(),
                stores.rates(),
                health::isReady,
                new AdminServer.ServedPools(pools, publication::catalog, router::placed));
    }

    /// Starts a picker that knows no pool and is not ready until [#publish] tells it of some.
    public static Picker start(PickerConfig config) throws IOException, GeneralSecurityException {
        Picker picker = new Picker(config);
        LOG.atInfo()
                .addKeyValue("grpc", picker.grpcAddress())
                .addKeyValue("admin", picker.adminAddress())
                .log("The picker is serving");
        if (config.secrets().sessionKeys() == null) {
            LOG.atInfo().log(
                    "Sessions end with this process, because --session-key-file is not given: all replicas need the same keys");
        }
        return picker;
    }

    /// Starts a picker of one pool whose endpoints' metrics are not read.
    static Picker unread(PickerConfig config, Pools.PoolSpec pool) throws IOException, GeneralSecurityException {
        Picker picker = new Picker(config);
        picker.pools.replaceAll(List.of(pool));
        return picker;
    }

    /// Takes over the resources as they are now; the first time makes the picker ready.
    public void publish(Resources resources) {
        supervisor.each(Debouncer.LOOP, publication.publish(resources), signals::follow);
        telemetry.meters().publish(publication.catalog().published());
        admission.changed();
        grpc.listen(publication.ports(), processors);
        if (!health.isReady()) {
            health.set(true);
        }
    }

    /// Runs the steps of loops, and counts their faults in this picker's meters.
    public Supervisor supervisor() {
        return supervisor;
    }

    public InetSocketAddress grpcAddress() {
        return grpc.address();
    }

    public InetSocketAddress healthAddress() {
        return grpc.healthAddress();
    }

    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    private void closeParts() {
        signals.close();
        tokenizing.close();
        sessionKeys.close();
        timers.close();
    }

    /// Stops in order: the picker is no longer ready, open streams end, queued requests are refused, and
    /// the parts are closed.
    @Override
    public void close() {
        health.set(false);
        grpc.close(admission::close);
        admin.close();
        closeParts();
    }
}
