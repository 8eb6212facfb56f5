package dev.sluice.picker.app;

import dev.sluice.picker.admin.AdminServer;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.cost.EngineWitness;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.extproc.Collaborators;
import dev.sluice.picker.extproc.ExternalProcessorService;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.kube.Publication;
import dev.sluice.picker.kube.Resources;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EngineTotals;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.RoutingData;
import dev.sluice.picker.routing.RoutingServices;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.signals.EnginePoller;
import dev.sluice.picker.signals.SourcePoller;
import dev.sluice.picker.signals.kvevents.KvEventFollower;
import dev.sluice.picker.signals.polling.EngineNews;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.telemetry.SourceMeters;
import dev.sluice.picker.tokenizing.TokenizationThreads;
import dev.sluice.picker.tokenizing.TokenizeClient;
import dev.sluice.picker.tokenizing.Tokenizers;
import io.grpc.BindableService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running endpoint picker: every room, wired by constructors, and the order in which it stops.
public final class Picker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Picker.class);

    /// One part in so many of the heap is what the exact prefix index may take.
    private static final int EXACT_SHARE = 5;
    /// One part in so many of the heap is what the bodies of queued requests may take.
    private static final int WAITING_SHARE = 4;

    private final Pools pools;
    private final Publication publication;
    private final Health health;
    private final Meters meters;
    private final EnginePoller poller;
    private final KvEventFollower kvEvents;
    private final TokenizationThreads tokenization;
    private final TokenizeClient tokenizeClient;
    private final SourcePoller sources;
    private final Function<PoolId, BindableService> processors;
    private final GrpcServers grpc;
    private final AdminServer admin;
    private final WheelTimer timer;
    private final PreciseTimer preciseTimer;
    private final SessionKeyFile sessionKeys;
    private final ExecutorService turns;
    private final AdmissionControl admission;

    private Picker(PickerConfig config) throws IOException, GeneralSecurityException {
        Ticker ticker = System::nanoTime;
        this.sessionKeys = new SessionKeyFile(config.secrets().sessionKeys());
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        this.meters = new Meters(registry);
        PrefixIndex prefixes = new PrefixIndex(config.memory().prefixEntries());
        ExactPrefixIndex exact = new ExactPrefixIndex(exactBlocks());
        TokenizedPrefixes tokenized = new TokenizedPrefixes(exact);
        Journal journal = new Journal(config.memory().journalBytes());

        this.pools = new Pools(joining -> {
            prefixes.forget(joining);
            tokenized.forget(joining);
        });
        this.timer = new WheelTimer();
        this.preciseTimer = new PreciseTimer();
        this.turns = Executors.newVirtualThreadPerTaskExecutor();
        RateBook rates = new RateBook(learner -> RateGauges.register(meters, learner));
        this.admission = new AdmissionControl(
                pools,
                new Execution(ticker, preciseTimer, turns),
                new MeteredAdmission(meters.admission(), meters.loops()),
                mostWaitingBytes(),
                rates);
        TokenLearner tokens = new TokenLearner();
        EngineNews news = news(prefixes, tokens, rates);
        SourceMeters sourceMeters = new SourceMeters(registry, ticker);
        this.sources = new SourcePoller(
                pools,
                sourceMeters,
                ticker,
                InstantSource.system(),
                config.secrets().prometheus(),
                news);
        this.poller = new EnginePoller(pools, meters, ticker, news);
        this.kvEvents = new KvEventFollower(
                pools, new KvEventFollower.FollowedEngine(exact, prefixes), meters, ticker, InstantSource.system());
        this.tokenization = new TokenizationThreads();
        this.tokenizeClient = new TokenizeClient(pools, tokenization.workers());
        this.publication =
                new Publication(pools, config.pools().replicas(), config.pools().weights());
        this.health = new Health();

        Knowledge knowledge = new Knowledge(prefixes, tokenized, tokens, rates);
        Tokenizers tokenizers = new Tokenizers(
                tokenizeClient,
                tokenization.limits(preciseTimer, ticker),
                (pool, result, nanos) -> meters.tokenized(pool, result.name().toLowerCase(Locale.ROOT), nanos));
        Router router = new Router(
                new RoutingData(pools, publication::catalog, knowledge),
                new RoutingServices(
                        new SessionTokens(sessionKeys::keys, InstantSource.system()), admission, tokenizers),
                journal,
                ticker,
                InstantSource.system());
        Collaborators collaborators = new Collaborators(router, pools, meters, ticker, timer);
        this.processors = pool ->
                new ExternalProcessorService(collaborators, config.exchange().withDefaultPool(pool));
        GrpcServers started = null;
        try {
            started = GrpcServers.start(
                    config, processors.apply(config.exchange().defaultPool()), health, meters::connectionCut);
            this.admin = AdminServer.start(
                    config.listeners().admin(),
                    new AdminServer.Views(
                            registry::scrape,
                            journal,
                            rates,
                            health::isReady,
                            new AdminServer.ServedPools(pools, publication::catalog, router::placed)));
            this.grpc = started;
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            if (started != null) {
                started.close();
            }
            closeSignals();
            timer.close();
            preciseTimer.close();
            throw failure;
        }
        PoolGauges.register(meters, pools, journal, exact, ticker);
    }

    private EngineNews news(PrefixIndex prefixes, TokenLearner tokens, RateBook rates) {
        return new EngineNews() {
            @Override
            public void restarted(Endpoint endpoint) {
                prefixes.forget(endpoint);
            }

            @Override
            public void heard(Endpoint endpoint) {
                admission.changed(endpoint.pool());
            }

            @Override
            public void silent(Endpoint endpoint) {
                admission.changed(endpoint.pool());
            }

            @Override
            public Consumer<EngineTotals> counts(Endpoint endpoint) {
                return new EngineWitness(endpoint, tokens, rates)::counted;
            }
        };
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
        publication.publish(resources).forEach(joined -> {
            poller.follow(joined);
            kvEvents.follow(joined);
        });
        meters.publish(publication.catalog().published());
        admission.changed();
        grpc.listen(publication.ports(), processors);
        if (!health.isReady()) {
            health.set(true);
        }
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

    private static long mostWaitingBytes() {
        return Runtime.getRuntime().maxMemory() / WAITING_SHARE;
    }

    private static int exactBlocks() {
        long most = Runtime.getRuntime().maxMemory() / EXACT_SHARE / ExactPrefixIndex.BLOCK_BYTES;
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    private void closeSignals() {
        poller.close();
        sources.close();
        kvEvents.close();
        tokenizeClient.close();
        tokenization.close();
        sessionKeys.close();
    }

    /// Stops in order: says that it does not serve any more, lets open streams end, tells those that still wait for
    /// their turn, then goes.
    @Override
    public void close() {
        health.set(false);
        grpc.close(admission::close);
        closeSignals();
        admin.close();
        timer.close();
        preciseTimer.close();
        turns.shutdown();
    }
}
