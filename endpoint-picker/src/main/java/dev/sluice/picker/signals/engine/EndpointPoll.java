package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.EngineTotals;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.signals.polling.MetricsConnection;
import dev.sluice.picker.signals.polling.PollContext;
import dev.sluice.picker.signals.polling.PollSchedule;
import dev.sluice.picker.signals.validation.Rejection;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The reading of one endpoint, again and again until it leaves its pool.
public final class EndpointPoll implements MetricsConnection.PageReader {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointPoll.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Endpoint endpoint;
    private final PollContext context;
    private final MetricsConnection connection;
    private final EngineMetrics.FirstTokens firstTokens;
    private final PollSchedule schedule;
    private final Consumer<EngineTotals> counts;

    private PoolSettings settings;
    /// As the resources call it.
    private Engine described;
    private EngineMetrics metrics;
    private Engine engine;
    private boolean readable = true;
    private long began;
    private int ownInFlight;

    public EndpointPoll(Endpoint endpoint, PollContext context) {
        this.endpoint = endpoint;
        this.context = context;
        this.connection = new MetricsConnection(context.loop(), endpoint.id(), this);
        this.firstTokens = new EngineMetrics.FirstTokens() {
            @Override
            public void generated(String model, long count, long nanos) {
                context.meters().engineFirstTokens(endpoint.pool(), model, count, nanos);
            }

            @Override
            public void restarted() {
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("The engine counts anew");
                context.news().restarted(endpoint);
            }

            @Override
            public void rejected(Rejection why) {
                context.meters().rejections().rejected(endpoint.pool(), "engine", why.label());
            }
        };
        this.counts = context.news().counts(endpoint);
        this.described = endpoint.engine();
        this.metrics = EngineMetrics.of(described, firstTokens);
        this.engine = described;
        this.settings = currentSettings();
        this.schedule = new PollSchedule(endpoint.ordinal(), context.ticker().nanos(), settings);
    }

    /// Whether the endpoint has left its pool; then it is read no more.
    public boolean isOver() {
        if (endpoint.isMember()) {
            return false;
        }
        connection.close();
        return true;
    }

    /// Does what is due now.
    public void tick(long now) {
        if (!connection.isReading() && schedule.isDue(now, endpoint.inFlight().requests() > 0)) {
            start(now);
        } else if (connection.isReading() && now - began > TIMEOUT.toNanos()) {
            connection.abort(new TimeoutException("no metrics within " + TIMEOUT));
        }
    }

    /// Forgets what the engine has said where that is too old, also where [#tick] did not do what was due. Between two
    /// reads nothing is too old: a pool's interval may be longer than its staleness.
    public void expire(long now) {
        if (connection.isReading() || schedule.isFailing() || schedule.isDue(now, false)) {
            forgetBefore(now - settings.signals().polling().staleness().toNanos());
        }
    }

    private void forgetBefore(long oldest) {
        if (endpoint.expire(oldest)) {
            context.news().silent(endpoint);
        }
    }

    private void start(long now) {
        settings = currentSettings();
        if (!settings.signals().sources().readsEngines()) {
            connection.close();
            schedule.succeeded(now, settings, false);
            forgetBefore(now);
            return;
        }
        if (endpoint.engine() != described) {
            redetect();
        }
        began = now;
        ownInFlight = endpoint.inFlight().requests();
        connection.read(metrics.place());
    }

    /// The resources call the engine something else: from this page on it is read as that, and counts from here.
    private void redetect() {
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
        Signals signals = metrics.end(ownInFlight, context.ticker().nanos());
        endpoint.report(signals);
        endpoint.report(metrics.totals());
        counts.accept(metrics.totals());
        context.news().heard(endpoint);
        boolean busy =
                signals.waiting() + signals.running() + endpoint.inFlight().requests() > 0;
        schedule.succeeded(began, settings, busy);
        turned(true);
        identified();
    }

    /// Whatever is wrong with one page, the next may be right: nothing but the endpoint's leaving ends the
    /// reading.
    @Override
    public void failed(Throwable cause) {
        schedule.failed(began, settings);
        metrics.failed(
                cause instanceof IllegalArgumentException || cause instanceof MetricsConnection.UnexpectedStatus);
        context.meters().scrapeError(endpoint.pool());
        LOG.atDebug().setCause(cause).addKeyValue("endpoint", endpoint).log("Metrics could not be read");
        turned(false);
    }

    private void turned(boolean read) {
        if (read != readable) {
            readable = read;
            LOG.atLevel(read ? Level.INFO : Level.WARN)
                    .addKeyValue("endpoint", endpoint)
                    .log(read ? "Metrics can be read again" : "Metrics cannot be read");
        }
    }

    private void identified() {
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
