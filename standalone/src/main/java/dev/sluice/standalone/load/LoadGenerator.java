package dev.sluice.standalone.load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Plays a workload against a URL: one virtual thread for each session, over one pool of connections.
///
/// Within the window every session goes on as it arrives; when the window closes nobody asks any more, and what was
/// asked is answered to its end. Times count from the wish to send, so waiting for a connection is part of them.
public final class LoadGenerator {
    private static final int MAX_CONNECTIONS = 512;

    private final ChatClient client;
    private final LoadProgress progress;
    private final long start;
    private final long end;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();

    private LoadGenerator(ChatClient client, LoadProgress progress, long start, Duration window) {
        this.client = client;
        this.progress = progress;
        this.start = start;
        this.end = start + window.toNanos();
    }

    /// Plays the workload and returns when the last answer has ended.
    public static LoadSummary play(Workload workload, URI target, Duration window, LoadProgress progress)
            throws InterruptedException {
        try (ChatClient client = new ChatClient(target, MAX_CONNECTIONS)) {
            LoadGenerator generator = new LoadGenerator(client, progress, System.nanoTime(), window);
            generator.run(workload);
            return LoadSummary.of(generator.samples, Duration.ofNanos(System.nanoTime() - generator.start));
        }
    }

    private void run(Workload workload) throws InterruptedException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            for (Session session : workload.sessions()) {
                long arrival = start + session.arrival().toNanos();
                if (arrival >= end) {
                    break;
                }
                TimeUnit.NANOSECONDS.sleep(arrival - System.nanoTime());
                threads.execute(() -> converse(session));
            }
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.DAYS);
        } finally {
            threads.shutdownNow();
        }
    }

    private void converse(Session session) {
        List<ChatClient.Message> messages = new ArrayList<>();
        messages.add(new ChatClient.Message("system", session.system()));
        try {
            for (Session.ChatTurn turn : session.turns()) {
                if (System.nanoTime() + turn.think().toNanos() >= end) {
                    return;
                }
                Thread.sleep(turn.think());
                messages.add(new ChatClient.Message("user", turn.question()));
                String answer = ask(session.model(), List.copyOf(messages), turn);
                messages.add(new ChatClient.Message("assistant", answer));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// The answer; empty if there was none: the conversation goes on, as a user would try again.
    private String ask(String model, List<ChatClient.Message> messages, Session.ChatTurn turn) {
        progress.start();
        long sent = System.nanoTime();
        try {
            ChatClient.Reply reply =
                    client.send(new ChatClient.Request(model, messages, turn.answerTokens(), turn.stream()));
            finish(sample(sent, turn, reply));
            return reply.text();
        } catch (IOException failed) {
            finish(Sample.failed(millis(System.nanoTime() - sent), String.valueOf(failed.getMessage())));
            return "";
        }
    }

    private void finish(Sample sample) {
        samples.add(sample);
        progress.end(sample);
    }

    private static Sample sample(long sent, Session.ChatTurn turn, ChatClient.Reply reply) {
        double duration = millis(System.nanoTime() - sent);
        if (reply.tokens() != turn.answerTokens()) {
            return Sample.failed(
                    duration, "asked for %d tokens, got %d".formatted(turn.answerTokens(), reply.tokens()));
        }
        if (!turn.stream()) {
            return new Sample(Double.NaN, Double.NaN, duration, reply.tokens(), null);
        }
        double between = millis(reply.lastTokenNanos() - reply.firstTokenNanos());
        return new Sample(
                millis(reply.firstTokenNanos() - sent),
                reply.tokens() > 1 ? between / (reply.tokens() - 1) : Double.NaN,
                duration,
                reply.tokens(),
                null);
    }

    private static double millis(long nanos) {
        return nanos * 1e-6;
    }
}
