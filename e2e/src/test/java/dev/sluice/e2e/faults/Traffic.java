package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Client;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A few clients that ask one request after the other until they are told to stop, and remember what went wrong.
final class Traffic implements AutoCloseable {
    static final String PROMPT = "{\"model\": \"any\", \"prompt\": \"Write as if you were a critic\"}";

    private static final int CLIENTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Client client;
    private final String path;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Set<String> answers = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    private Traffic(URI gateway, String path) {
        this.client = new Client(gateway);
        this.path = path;
    }

    /// Begins; the first requests have been answered when this returns.
    static Traffic to(URI gateway, String path) {
        Traffic traffic = new Traffic(gateway, path);
        for (int i = 0; i < CLIENTS; i++) {
            traffic.threads.add(Thread.ofVirtual().start(traffic::ask));
        }
        traffic.awaitMore();
        return traffic;
    }

    private void ask() {
        long begin = System.nanoTime();
        while (!stopped) {
            try {
                HttpResponse<String> response = client.post(path, PROMPT);
                if (response.statusCode() == 200) {
                    answers.add(response.body());
                    answered.incrementAndGet();
                } else {
                    failures.add("after %d ms: %d %s"
                            .formatted(
                                    (System.nanoTime() - begin) / 1_000_000, response.statusCode(), response.body()));
                }
                Thread.sleep(PAUSE);
            } catch (UncheckedIOException | AssertionError failed) {
                failures.add("after %d ms: %s".formatted((System.nanoTime() - begin) / 1_000_000, failed));
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    /// How many requests were answered with 200.
    int answered() {
        return answered.get();
    }

    /// Returns when a good many more requests have been answered: there is traffic.
    void awaitMore() {
        int enough = answered() + 10 * CLIENTS;
        await().atMost(PATIENCE).until(() -> answered() >= enough || !failures.isEmpty());
        assertNoFailure();
    }

    /// The different answers from now on.
    Set<String> newAnswers() {
        Set<String> fresh = ConcurrentHashMap.newKeySet();
        answers = fresh;
        return fresh;
    }

    void assertNoFailure() {
        assertThat(failures).isEmpty();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
