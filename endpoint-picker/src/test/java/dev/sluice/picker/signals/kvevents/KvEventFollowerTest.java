package dev.sluice.picker.signals.kvevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.ReportedServer;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.settings.KvEventPorts;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.settings.SignalSources;
import dev.sluice.picker.telemetry.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// One engine's events over real sockets: what is missed, what comes again, and who comes back.
class KvEventFollowerTest {
    private static final PoolId POOL = new PoolId("default", "pool");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /// Whether the next look at the time fails.
    private final AtomicBoolean ticks = new AtomicBoolean();
    private final AtomicLong ahead = new AtomicLong();
    private final AtomicBoolean clock = new AtomicBoolean();
    private final ExactPrefixIndex exact = new ExactPrefixIndex(1_000);
    private final PrefixIndex approximate = new PrefixIndex(1 << 10);
    private final TokenizedPrefixes prefixes = new TokenizedPrefixes(exact);
    private final Pools pools = new Pools(_ -> {});
    private final KvEventFollower follower = new KvEventFollower(
            pools,
            new KvEventFollower.FollowedEngine(exact, approximate),
            new Meters(registry),
            () -> {
                fail(ticks);
                return System.nanoTime() + ahead.get();
            },
            () -> {
                fail(clock);
                return Instant.now();
            });
    private final int port;
    private final int replayPort;
    private ScriptedKvPublisher engine;

    KvEventFollowerTest() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            port = one.getLocalPort();
            replayPort = other.getLocalPort();
        }
    }

    @BeforeEach
    void start() {
        engine = new ScriptedKvPublisher(port, replayPort);
    }

    @AfterEach
    void stop() {
        follower.close();
        engine.close();
    }

    private static void fail(AtomicBoolean once) {
        if (once.compareAndSet(true, false)) {
            throw new IllegalStateException("once");
        }
    }

    private void follow(int replay) {
        follow(replay, List.of(8000));
    }

    private void follow(int replay, List<Integer> targetPorts) {
        PoolSettings settings = PoolSettings.DEFAULT.withSignals(
                Fixtures.sources(new SignalSources(null, null, new KvEventPorts(port, replay, targetPorts))));
        EndpointSpec spec = new EndpointSpec(new EndpointId("pod", "127.0.0.1", 8000), Hardware.UNKNOWN, Engine.VLLM);
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, settings, List.of(spec))))
                .forEach(follower::follow);
    }

    @Test
    void eventsThatCannotBeReachedAreNamedOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger(KvFollowing.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.list = new CopyOnWriteArrayList<>();
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
        try {
            engine.close();
            follow(replayPort);
            await().during(Duration.ofMillis(500)).until(logged.list::isEmpty);
            ahead.set(Duration.ofSeconds(31).toNanos());
            await().atMost(SOON).until(() -> logged.list.size() == 1);
            assertThat(logged.list.getFirst().getFormattedMessage()).contains("cannot be reached", "signals.kvEvents");
            engine = new ScriptedKvPublisher(port, replayPort);
            await().atMost(SOON).until(() -> logged.list.size() == 2);
            assertThat(logged.list.getLast().getFormattedMessage()).contains("followed again");
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(null);
        }
    }

    private void awaitHeld(int tokens, boolean exactly) {
        await().atMost(SOON).untilAsserted(() -> {
            PrefixHits hits = hits();
            assertThat(hits.knownTokens(0)).isEqualTo(tokens);
            assertThat(hits.isExact(0)).isEqualTo(exactly);
        });
    }

    /// Of a prompt of 17 tokens, 0 to 16.
    private PrefixHits hits() {
        PoolSnapshot pool = pools.find(POOL);
        int[] ids = new int[17];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        PrefixHits hits = new PrefixHits();
        approximate.match(PromptPrefix.EMPTY, 0, pool, hits);
        prefixes.match(
                new TokenizedPrefixes.TokenizedPrompt(PromptPrefix.EMPTY, 0, null, null),
                new PromptTokens(ids),
                pool,
                hits);
        return hits;
    }

    /// Block `i` of the prompt, 1 to 4; the engine calls it so.
    private static byte[] block(int i) {
        int first = (i - 1) * 4;
        return ScriptedKvPublisher.stored(i, i - 1, first, first + 1, first + 2, first + 3);
    }

    private double count(String meter) {
        return registry.find(meter).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private double gaps(String result) {
        Counter counter = registry.find("sluice.kv.gaps").tag("result", result).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void whatHappenedBeforeIsReplayedAndThenFollowed() {
        engine.lose(0, block(1));
        engine.lose(1, block(2));
        follow(replayPort);
        awaitHeld(8, true);
        engine.publish(2, block(3));
        awaitHeld(12, true);
        assertThat(engine.asked()).containsExactly(0L);
    }

    @Test
    void anEngineThatRanForLongIsKnownInPart() {
        engine.lose(700, block(1));
        follow(replayPort);
        awaitHeld(4, false);
    }

    /// A data-parallel server behind one port publishes each further rank's events at a port of its own.
    @Test
    void ofSeveralRanksTheFirstIsBelievedInPart() {
        engine.lose(0, block(1));
        follow(replayPort);
        awaitHeld(4, true);
        pools.find(POOL).endpoint(0).report(new ReportedServer(Engine.VLLM, 2));
        engine.publish(1, block(2));
        awaitHeld(8, false);
    }

    @Test
    void aMissedBatchIsReplayedBeforeTheNext() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        awaitHeld(4, true);
        engine.lose(1, block(2));
        engine.publish(2, block(3));
        awaitHeld(12, true);
        assertThat(gaps("replayed")).isEqualTo(1);
        assertThat(gaps("lost")).isZero();
        assertThat(engine.asked()).containsExactly(0L, 1L);
    }

    @Test
    void whatCannotBeReplayedIsForgotten() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        engine.publish(1, block(2));
        awaitHeld(8, true);
        engine.publishOnce(5, block(1));
        awaitHeld(4, false);
        assertThat(gaps("lost")).isEqualTo(1);
        engine.answerReplays(false);
        engine.publishOnce(9, block(1));
        awaitHeld(4, false);
        await().atMost(SOON).until(() -> gaps("lost") == 2);
    }

    @Test
    void withoutAReplayPortAGapForgets() {
        follow(0);
        await().atMost(SOON).until(() -> exact.endpoints() == 1);
        await().atMost(SOON).untilAsserted(() -> {
            engine.publishOnce(0, block(1));
            assertThat(hits().knownTokens(0)).isEqualTo(4);
        });
        awaitHeld(4, true);
        engine.publishOnce(2, block(1));
        await().atMost(SOON).until(() -> gaps("lost") == 1);
        awaitHeld(4, false);
    }

    @Test
    void anEngineThatComesBackIsTheSameOrIsForgotten() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        engine.publish(1, block(2));
        awaitHeld(8, true);

        engine.close();
        await().atMost(SOON).until(() -> exact.endpoints() == 0);
        engine = new ScriptedKvPublisher(port, replayPort);
        engine.lose(1, block(2));
        engine.lose(2, block(3));
        awaitHeld(12, true);
        assertThat(count("sluice.kv.restarts")).isZero();

        engine.close();
        await().atMost(SOON).until(() -> exact.endpoints() == 0);
        engine = new ScriptedKvPublisher(port, replayPort);
        awaitHeld(0, true);
        assertThat(count("sluice.kv.restarts")).isEqualTo(1);
        engine.publish(0, block(1));
        awaitHeld(4, true);
    }

    @Test
    void anEngineWhoseEventsFailIsFollowedAnew() {
        goesOnAfter(clock);
    }

    @Test
    void theLoopGoesOnAfterAFault() {
        goesOnAfter(ticks);
    }

    private void goesOnAfter(AtomicBoolean fault) {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        awaitHeld(4, true);
        fault.set(true);
        engine.publish(1, block(2));
        await().atMost(SOON).until(() -> count("sluice.loop.faults") == 1);
        awaitHeld(8, true);
        engine.publish(2, block(3));
        awaitHeld(12, true);
        assertThat(count("sluice.loop.faults")).isEqualTo(1);
    }

    @Test
    void aPoolThatGetsOnePortMoreKeepsItsSubscriptions() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        awaitHeld(4, true);
        follow(replayPort, List.of(8000, 8001));
        await().during(Duration.ofSeconds(2)).until(() -> engine.asked().size() == 1);
        awaitHeld(4, true);
    }

    @Test
    void anEngineThatPublishesElsewhereIsFollowedThere() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        awaitHeld(4, true);
        follow(replayPort, List.of(7999, 8000));
        awaitHeld(0, false);
    }

    @Test
    void whatIsNoBatchForgetsAndIsCounted() {
        follow(replayPort);
        awaitHeld(0, true);
        engine.publish(0, block(1));
        awaitHeld(4, true);
        engine.publish(1, new byte[] {1, 2, 3});
        awaitHeld(0, false);
        assertThat(registry.get("sluice.kv.events")
                        .tag("event", "invalid")
                        .counter()
                        .count())
                .isEqualTo(1);
        engine.publish(2, block(1));
        awaitHeld(4, false);
    }
}
