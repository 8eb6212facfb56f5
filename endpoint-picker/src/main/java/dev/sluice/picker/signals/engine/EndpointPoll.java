package dev.sluice.picker.signals.engine;

import dev.sluice.picker.http.AnswerReader;
import dev.sluice.picker.http.HttpConnection;
import dev.sluice.picker.http.Origin;
import dev.sluice.picker.http.OutgoingRequest;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.picker.http.UnexpectedStatus;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.ModelNames;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.ReportedServer;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.signals.polling.PollContext;
import dev.sluice.picker.signals.polling.PollSchedule;
import dev.sluice.picker.signals.validation.Rejection;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Polls the metrics page of one endpoint until it leaves its pool.
public final class EndpointPoll implements AnswerReader {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointPoll.class);

    /// A page is far shorter; what is longer is something else.
    private static final AnswerLimits LIMITS = new AnswerLimits(Duration.ofSeconds(1), 16 << 20);

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4";

    private final Endpoint endpoint;
    private final PollContext context;
    private final HttpConnection connection;
    private final EngineMetrics.FirstTokens firstTokens;
    private final PollSchedule schedule;
    private final Consumer<EngineTotals> counts;

    private PoolSettings settings;
    /// The engine that the resources name.
    private Engine described;
    private EngineMetrics metrics;
    private Engine engine;
    private boolean readable = true;
    private ScrapeTarget target = new ScrapeTarget(ScrapeTarget.OWN_PORT, "/metrics");
    private Origin origin;
    private OutgoingRequest request = OutgoingRequest.get(target.path(), PROMETHEUS_TEXT, LIMITS);
    private long began;
    private int ownInFlight;

    public EndpointPoll(Endpoint endpoint, PollContext context) {
        this.endpoint = endpoint;
        this.context = context;
        this.connection = new HttpConnection(context.loop());
        this.firstTokens = new EngineMetrics.FirstTokens() {
            @Override
            public void generated(String model, long count, long nanos) {
                context.meters().engineFirstTokens(endpoint.pool(), model, count, nanos);
            }

            @Override
            public void restarted() {
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("The engine counts anew");
                context.listener().restarted(endpoint);
            }

            @Override
            public void rejected(Rejection why) {
                context.meters().rejections().rejected(endpoint.pool(), "engine", why.label());
            }
        };
        this.counts = context.listener().totals(endpoint);
        this.described = endpoint.engine();
        this.metrics = EngineMetrics.of(described, firstTokens);
        this.engine = described;
        this.settings = currentSettings();
        this.origin = Origin.of(endpoint.id(), endpoint.id().port());
        this.schedule = new PollSchedule(endpoint.ordinal(), context.ticker().nanos(), settings);
    }

    /// The endpoint has left its pool; polling ends then.
    public boolean isOver() {
        if (endpoint.isMember()) {
            return false;
        }
        connection.close();
        return true;
    }

    /// Begins a poll if one is due.
    public void tick(long now) {
        if (!connection.isBusy() && schedule.isDue(now, endpoint.inFlight().requests() > 0)) {
            start(now);
        }
    }

    /// Expires signals that are older than the pool's staleness, also after a fault in [#tick]. Between two
    /// successful polls nothing expires, because a pool's interval may be longer than its staleness.
    public void expire(long now) {
        if (connection.isBusy() || schedule.isFailing() || schedule.isDue(now, false)) {
            forgetBefore(now - settings.signals().polling().staleness().toNanos());
        }
    }

    private void forgetBefore(long oldest) {
        if (endpoint.expire(oldest)) {
            context.listener().expired(endpoint);
        }
    }

    private void start(long now) {
        settings = currentSettings();
        if (!settings.signals().sources().readsEngines()) {
            connection.close();
            schedule.skipped(now, settings);
            forgetBefore(now);
            return;
        }
        if (endpoint.engine() != described) {
            changeDialect();
        }
        began = now;
        ownInFlight = endpoint.inFlight().requests();
        read(metrics.target());
    }

    private void read(ScrapeTarget next) {
        if (!next.equals(target)) {
            target = next;
            origin = Origin.of(
                    endpoint.id(),
                    next.port() == ScrapeTarget.OWN_PORT ? endpoint.id().port() : next.port());
            request = OutgoingRequest.get(next.path(), PROMETHEUS_TEXT, LIMITS);
        }
        connection.send(origin, request, this);
    }

    /// The resources name another engine: pages are read in its dialect from now on, and totals begin anew.
    private void changeDialect() {
        described = endpoint.engine();
        metrics = EngineMetrics.of(described, firstTokens);
        engine = described;
    }

    @Override
    public void begin() {
        metrics.begin();
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        metrics.piece(bytes, from, to);
    }

    @Override
    public void end() {
        long ended = context.ticker().nanos();
        Signals signals = metrics.end(ownInFlight, ended);
        endpoint.report(signals);
        endpoint.report(metrics.totals());
        endpoint.report(new ReportedServer(metrics.engine(), metrics.ranks()));
        endpoint.stepTokens().largest(metrics.largestStepTokens());
        context.pools().names(endpoint, ModelNames.Source.METRICS, metrics.modelName());
        counts.accept(metrics.totals());
        context.listener().reported(endpoint);
        boolean busy =
                signals.waiting() + signals.running() + endpoint.inFlight().requests() > 0;
        schedule.succeeded(began, ended, settings, busy);
        noteReadable(true);
        noteEngine();
    }

    /// A failed poll is repeated, less and less often, until the endpoint leaves its pool.
    @Override
    public void failed(Throwable cause) {
        schedule.failed(began, settings);
        metrics.failed(cause instanceof IllegalArgumentException || cause instanceof UnexpectedStatus);
        context.meters().scrapeError(endpoint.pool());
        LOG.atDebug().setCause(cause).addKeyValue("endpoint", endpoint).log("Metrics could not be read");
        noteReadable(false);
    }

    private void noteReadable(boolean read) {
        if (read != readable) {
            readable = read;
            LOG.atLevel(read ? Level.INFO : Level.WARN)
                    .addKeyValue("endpoint", endpoint)
                    .log(read ? "Metrics can be read again" : "Metrics cannot be read");
        }
    }

    private void noteEngine() {
        if (metrics.engine() != engine) {
            engine = metrics.engine();
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("engine", engine)
                    .log("The metrics tell the engine");
        }
    }

    private PoolSettings currentSettings() {
        PoolSnapshot pool = context.pools().find(endpoint.pool());
        return pool == null ? PoolSettings.DEFAULT : pool.settings();
    }
}
