package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.http.AnswerReader;
import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.http.HttpConnection;
import dev.sluice.picker.http.Origin;
import dev.sluice.picker.http.OutgoingRequest;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.settings.SignalSources.Exporter;
import dev.sluice.picker.settings.SignalSources.Exporter.ExporterLocation;
import dev.sluice.picker.signals.validation.Rejection;
import dev.sluice.picker.telemetry.SourceMeters;
import dev.sluice.picker.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls one DCGM exporter while it shows GPUs of any endpoint.
public final class ExporterPoll implements AnswerReader {
    private static final Logger LOG = LoggerFactory.getLogger(ExporterPoll.class);

    /// A page of eight GPUs and all of DCGM's fields takes an exporter a few milliseconds, and a second at the
    /// worst.
    private static final OutgoingRequest PAGE = OutgoingRequest.get(
            "/metrics", "text/plain; version=0.0.4", new AnswerLimits(Duration.ofSeconds(2), 16 << 20));

    /// A node without an exporter refuses the connection, which costs next to nothing.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// This many polls may fail before the readings are stale.
    private static final int READS_PER_STALENESS = 6;

    private final Address address;
    private final Origin origin;
    private final SourceMeters meters;
    private final Ticker ticker;
    private final HttpConnection connection;
    private final DcgmPage page = new DcgmPage(this::rejected);

    private Exporter exporter;
    private List<GpuWatch> watches;
    private boolean readable = true;
    private long began;
    private long due;
    private long pause;

    /// The address that an exporter listens at.
    public record Address(String host, int port) {
        public static Address of(Endpoint endpoint, Exporter exporter) {
            String host = switch (exporter.place()) {
                case NODE -> endpoint.node();
                case SIDECAR -> endpoint.id().ip();
            };
            return new Address(host, exporter.port());
        }
    }

    public ExporterPoll(Address address, Exporter exporter, EventLoopThread loop, SourceMeters meters, Ticker ticker) {
        this.address = address;
        this.exporter = exporter;
        this.watches = List.of();
        this.meters = meters;
        this.ticker = ticker;
        this.origin = new Origin(false, address.host(), address.port());
        this.connection = new HttpConnection(loop);
        this.due = ticker.nanos();
        this.pause = exporter.interval().toNanos();
    }

    /// Sets the endpoints whose GPUs the exporter shows.
    public void serve(Exporter as, List<GpuWatch> endpoints) {
        exporter = as;
        watches = List.copyOf(endpoints);
    }

    public void tick(long now) {
        if (!connection.isBusy() && now - due >= 0) {
            began = now;
            connection.send(origin, PAGE, this);
        }
    }

    /// Expires readings that are too old, also after a fault in [#tick].
    public void expire(long now) {
        long oldest = now - READS_PER_STALENESS * exporter.interval().toNanos();
        watches.forEach(watch -> watch.expire(oldest));
    }

    public void close() {
        connection.close();
    }

    @Override
    public void begin() {
        page.begin();
    }

    @Override
    public void piece(byte[] bytes, int from, int to) {
        page.piece(bytes, from, to);
    }

    @Override
    public void end() {
        GpuTable gpus = page.end();
        long now = ticker.nanos();
        for (GpuWatch watch : watches) {
            Endpoint endpoint = watch.endpoint();
            List<GpuReading> own = exporter.place() == ExporterLocation.SIDECAR
                    ? gpus.all()
                    : gpus.of(endpoint.pool().namespace(), endpoint.id().pod());
            watch.read(own, now);
            meters.sampled(endpoint.pool(), "dcgm", "gpu", now);
        }
        pause = exporter.interval().toNanos();
        due = began + pause;
        noteReadable(true);
    }

    @Override
    public void failed(Throwable cause) {
        pause = Math.min(
                2 * pause, Math.max(LONGEST_PAUSE.toNanos(), exporter.interval().toNanos()));
        due = began + pause;
        pools().forEach(pool -> meters.failed(pool, "dcgm"));
        LOG.atDebug().setCause(cause).addKeyValue("exporter", address).log("GPUs could not be read");
        noteReadable(false);
    }

    private void rejected(Rejection why) {
        pools().forEach(pool -> meters.rejections().rejected(pool, "dcgm", why.label()));
    }

    private Stream<PoolId> pools() {
        return watches.stream().map(watch -> watch.endpoint().pool()).distinct();
    }

    private void noteReadable(boolean read) {
        if (read != readable) {
            readable = read;
            LOG.atInfo().addKeyValue("exporter", address).log(read ? "GPUs can be read again" : "GPUs cannot be read");
        }
    }
}
