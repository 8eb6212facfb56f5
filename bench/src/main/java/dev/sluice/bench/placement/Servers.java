package dev.sluice.bench.placement;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The model servers that answer, and what their metrics pages count.
final class Servers implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 100;
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<HostAndPort> addresses;

    Servers(List<HostAndPort> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    List<HostAndPort> addresses() {
        return addresses;
    }

    /// Returns when each of them answers `/health` or, where there is none, `/v1/models`.
    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        for (HostAndPort address : addresses) {
            while (status(address, "/health") != OK && status(address, "/v1/models") != OK) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "server %s answers neither /health nor /v1/models with 200 within %d s; is it running, and does --servers name it?"
                                    .formatted(address, READY_LIMIT.toSeconds()));
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /// Returns when something listens there.
    static void awaitListening(String name, HostAndPort address) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(address.getHost(), address.getPort()), 2_000);
                return;
            } catch (ConnectException refused) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "nothing listens for %s at %s; is it running?".formatted(name, address), refused);
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /// The counters of every server's page now, by server; those without a page are left out.
    Map<HostAndPort, Counters> counters() throws InterruptedException {
        Map<HostAndPort, Counters> all = new LinkedHashMap<>();
        for (HostAndPort address : addresses) {
            try {
                HttpResponse<String> page = get(URI.create("http://" + address + "/metrics"));
                if (page.statusCode() == OK) {
                    all.put(address, Counters.read(page.body()));
                }
            } catch (IOException _) {
                // A server may have none.
            }
        }
        return all;
    }

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri).timeout(REQUEST_LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }

    private int status(HostAndPort address, String path) throws InterruptedException {
        try {
            return get(URI.create("http://" + address + path)).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }
}
