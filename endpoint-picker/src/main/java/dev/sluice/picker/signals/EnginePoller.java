package dev.sluice.picker.signals;

import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSettings;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.telemetry.Meters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Reads each endpoint's metrics at its pool's interval, on a virtual thread of its own and a connection that is
/// kept.
///
/// An endpoint that cannot be read loses its signals once they are stale and is placed on by what the picker
/// itself has placed there; it is read again and again until it leaves the pool.
public final class EnginePoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnginePoller.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int OK = 200;

    private final Pools pools;
    private final Meters meters;
    private final Ticker ticker;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private volatile boolean closed;

    public EnginePoller(Pools pools, Meters meters, Ticker ticker) {
        this.pools = pools;
        this.meters = meters;
        this.ticker = ticker;
    }

    /// Follows the endpoint until it leaves its pool.
    public void follow(Endpoint endpoint) {
        Thread.ofVirtual().name("poll-" + endpoint.address()).start(() -> poll(endpoint));
    }

    private void poll(Endpoint endpoint) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + endpoint.address() + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        boolean readable = true;
        try {
            while (!closed && endpoint.isMember()) {
                long began = ticker.nanos();
                boolean read = readOnce(endpoint, request);
                if (read != readable) {
                    readable = read;
                    LOG.atLevel(read ? Level.INFO : Level.WARN)
                            .addKeyValue("endpoint", endpoint)
                            .log(read ? "Metrics can be read again" : "Metrics cannot be read");
                }
                PoolSettings settings = settings(endpoint);
                endpoint.expire(ticker.nanos() - settings.staleness().toNanos());
                Thread.sleep(settings.pollInterval().minusNanos(ticker.nanos() - began));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean readOnce(Endpoint endpoint, HttpRequest request) throws InterruptedException {
        int ownInFlight = endpoint.inFlight().requests();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != OK) {
                throw new IOException("status " + response.statusCode());
            }
            endpoint.report(read(endpoint, response.body(), ownInFlight));
            return true;
        } catch (IOException | RuntimeException failure) {
            // Whatever is wrong with one page, the next may be right: nothing but the endpoint's leaving ends the
            // reading.
            meters.scrapeError(endpoint.pool());
            LOG.atDebug().setCause(failure).addKeyValue("endpoint", endpoint).log("Metrics could not be read");
            return false;
        }
    }

    private Signals read(Endpoint endpoint, byte[] page, int ownInFlight) {
        return switch (endpoint.engine()) {
            case VLLM -> VllmMetrics.read(page, ownInFlight, ticker.nanos());
        };
    }

    private PoolSettings settings(Endpoint endpoint) {
        PoolSnapshot pool = pools.find(endpoint.pool());
        return pool == null ? PoolSettings.DEFAULT : pool.settings();
    }

    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
    }
}
