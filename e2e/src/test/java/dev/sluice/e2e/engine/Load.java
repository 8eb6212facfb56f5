package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Client;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A few clients that each ask one short completion after the other.
final class Load implements AutoCloseable {
    private final Client client;
    private final String model;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Load(URI gateway, String model, int clients) {
        this.client = new Client(gateway);
        this.model = model;
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> ask(number)));
        }
    }

    int answered() {
        return answered.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Returns when the last requests have ended.
    @Override
    public void close() {
        over = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }

    private void ask(int number) {
        for (int i = 0; !over; i++) {
            String body = "{\"model\":\"%s\",\"prompt\":\"Client %d asks for the %d. time.\",\"max_tokens\":24}"
                    .formatted(model, number, i);
            try {
                HttpResponse<String> response = client.post("/v1/completions", body);
                if (response.statusCode() == 200) {
                    answered.incrementAndGet();
                } else {
                    failures.add(response.statusCode() + " " + response.body());
                }
            } catch (UncheckedIOException | AssertionError failed) {
                failures.add(String.valueOf(failed.getMessage()));
            }
        }
    }
}
