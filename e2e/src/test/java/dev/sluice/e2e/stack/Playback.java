package dev.sluice.e2e.stack;

import dev.sluice.lab.workload.Arrival;
import dev.sluice.lab.workload.Segment;
import dev.sluice.lab.workload.Traffic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Requests of the lab, sent over HTTP at their moments. Each segment of a prompt becomes a text of its own, four bytes
/// for a token, as the simulated servers count.
public final class Playback {
    private static final int TOKEN_BYTES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Double> firstToken = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> perToken = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient http;
    private final URI completions;
    private final String model;

    private Playback(HttpClient http, URI completions, String model) {
        this.http = http;
        this.completions = completions;
        this.model = model;
    }

    /// What clients saw, of the requests that count.
    public record Times(List<Double> firstTokens, List<Double> perTokens, List<String> failures) {
        /// Milliseconds from sending to the first token.
        public double firstToken(double quantile) {
            return rank(firstTokens, quantile);
        }

        /// Milliseconds for each token after the first.
        public double perToken(double quantile) {
            return rank(perTokens, quantile);
        }

        private static double rank(List<Double> values, double quantile) {
            List<Double> sorted = values.stream().sorted().toList();
            return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
        }
    }

    /// Plays all requests, and returns when the last has been answered.
    public static Times of(Traffic traffic, URI base, String model) {
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Playback playback = new Playback(http, base.resolve("/v1/completions"), model);
            long begin = System.nanoTime();
            while (traffic.hasNext()) {
                Arrival arrival = traffic.next();
                boolean counts = traffic.counts(arrival);
                HttpRequest request = playback.request(arrival);
                sleep(begin + arrival.time().atNanos() - System.nanoTime());
                clients.execute(() -> playback.send(request, arrival.output().tokens(), counts));
            }
            clients.shutdown();
            if (!clients.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                playback.failures.add("not all were answered within " + PATIENCE);
            }
            return new Times(playback.firstToken, playback.perToken, playback.failures);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static void sleep(long nanos) throws InterruptedException {
        if (nanos > 0) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    }

    private HttpRequest request(Arrival arrival) {
        StringBuilder prompt = new StringBuilder();
        arrival.prompt().segments().forEach(segment -> render(segment, prompt));
        String body = """
                {"model": "%s", "prompt": "%s", "max_tokens": %d, "ignore_eos": true, "stream": true}
                """.formatted(model, prompt, arrival.output().tokens());
        return HttpRequest.newBuilder(completions)
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void render(Segment segment, StringBuilder text) {
        SplittableRandom letters = new SplittableRandom(segment.id());
        for (int i = 0; i < segment.tokens() * TOKEN_BYTES; i++) {
            text.append((char) letters.nextInt('a', 'z' + 1));
        }
    }

    private void send(HttpRequest request, int tokens, boolean counts) {
        long sent = System.nanoTime();
        try {
            HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            long[] seen = new long[2];
            try (Stream<String> lines = response.body()) {
                lines.filter(line -> line.startsWith("data: {") && line.contains("\"finish_reason\":null"))
                        .forEach(_ -> {
                            seen[1] = System.nanoTime();
                            seen[0] = seen[0] == 0 ? seen[1] : seen[0];
                        });
            }
            if (response.statusCode() != 200 || seen[0] == 0) {
                failures.add("status " + response.statusCode());
            } else if (counts) {
                firstToken.add((seen[0] - sent) / 1e6);
                perToken.add((seen[1] - seen[0]) / 1e6 / (tokens - 1));
            }
        } catch (IOException failed) {
            failures.add(failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
