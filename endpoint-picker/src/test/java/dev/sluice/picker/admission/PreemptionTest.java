package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which requests are preempted, on virtual time. The engines hold 10,000 tokens each and say so when they are read.
class PreemptionTest {
    private static final Priority HIGH = new Priority(100);
    private static final Priority LOW = new Priority(-10);
    private static final Priority LOWEST = new Priority(-20);

    private final Stand stand = new Stand();

    /// Ten of 1,000 tokens are as many as fit.
    private void fill(int endpoint, Priority priority) {
        for (int i = 0; i < 10; i++) {
            stand.run(endpoint + "-" + i, endpoint, priority, 1_000);
            stand.time.pass(Duration.ofMillis(10));
        }
        stand.read();
    }

    @Test
    void shortestRunIsPreemptedForAQueuedRequest() {
        stand.endpoints(1);
        fill(0, LOW);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("0-9");
        assertThat(stand.went).isEmpty();
        stand.end("0-9");
        assertThat(stand.went).containsExactly("high");
    }

    @Test
    void requestThatMayNotPreemptWaits() {
        stand.endpoints(1);
        fill(0, LOW);
        stand.ask("high", HIGH, Preempts.NOBODY);
        stand.read();
        assertThat(stand.preempted).isEmpty();
        assertThat(stand.went).isEmpty();
    }

    @Test
    void theLowestPriorityGoesFirst() {
        stand.endpoints(1);
        stand.run("lowest", 0, LOWEST, 1_000);
        stand.time.pass(Duration.ofSeconds(100));
        for (int i = 0; i < 9; i++) {
            stand.run("low " + i, 0, LOW, 1_000);
        }
        stand.read();
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("lowest");
    }

    @Test
    void onlySheddableRequestsOfLowerPriorityArePreempted() {
        stand.endpoints(2);
        fill(0, LOW);
        fill(1, Priority.STANDARD);
        stand.ask("equal", LOW, Preempts.LOWER_PRIORITY);
        stand.ask("lower", LOWEST, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).isEmpty();
        stand.ask("higher", new Priority(-9), Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("0-9");
    }

    @Test
    void withoutSheddableRequestsAllWait() {
        stand.endpoints(1);
        fill(0, Priority.STANDARD);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).isEmpty();
    }

    @Test
    void endpointWhereTheFewestHaveToEndIsCleared() {
        stand.endpoints(2);
        smallAndLarge(stand);
        fill(1, LOW);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("1-9");
    }

    @Test
    void preemptingRequestIsPlacedWhereItsVictimsRan() {
        stand.endpoints(2);
        smallAndLarge(stand);
        fill(1, LOW);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        stand.engineKeeps("1-9");
        stand.end("1-9");
        CapacityCheck capacity =
                Objects.requireNonNull(stand.permits.get("high").capacity());
        assertThat(capacity.hasCapacityAt(stand.pool().endpoint(0), stand.time.nanos()))
                .isFalse();
        assertThat(capacity.hasCapacityAt(stand.pool().endpoint(1), stand.time.nanos()))
                .isTrue();
    }

    /// The arriving request counts as large as the mean of the running ones: in the place of one small one it does not
    /// fit.
    private static void smallAndLarge(Stand stand) {
        for (int i = 0; i < 5; i++) {
            stand.run("small " + i, 0, LOWEST, 900);
            stand.run("large " + i, 0, Priority.STANDARD, 1_100);
        }
        stand.time.pass(Duration.ofMillis(1));
        stand.read();
    }

    @Test
    void asManyAreEndedAsHaveToBe() {
        stand.endpoints(1);
        smallAndLarge(stand);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).hasSize(2).allMatch(name -> name.startsWith("small"));
        stand.end(stand.preempted.getFirst());
        assertThat(stand.went).isEmpty();
        stand.end(stand.preempted.getLast());
        assertThat(stand.went).containsExactly("high");
        assertThat(stand.preempted).hasSize(2);
    }

    @Test
    void victimThatAnotherMakesNeedlessIsSpared() {
        stand.endpoints(1);
        for (int i = 0; i < 6; i++) {
            stand.run("standard " + i, 0, Priority.STANDARD, 1_000);
        }
        stand.run("large", 0, LOW, 3_500);
        stand.time.pass(Duration.ofSeconds(1));
        stand.run("small", 0, LOW, 300);
        stand.time.pass(Duration.ofSeconds(1));
        stand.read();
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("large");
    }

    @Test
    void preemptedRequestCountsAsGoneUntilTheEngineReportsIt() {
        stand.endpoints(1);
        fill(0, LOW);
        stand.ask("high 1", HIGH, Preempts.LOWER_PRIORITY);
        stand.ask("high 2", HIGH, Preempts.LOWER_PRIORITY);
        stand.read();
        assertThat(stand.preempted).containsExactly("0-9");

        stand.end("0-9");
        assertThat(stand.went).containsExactly("high 1");
        // The second needs a place of its own now.
        assertThat(stand.preempted).containsExactly("0-9", "0-8");

        stand.end("0-8");
        assertThat(stand.went).containsExactly("high 1", "high 2");
        stand.ask("high 3", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("0-9", "0-8", "0-7");
    }

    @Test
    void anEngineThatHasNotNoticedYetIsNoReasonToEndAnother() {
        stand.endpoints(1);
        fill(0, LOW);
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        stand.time.pass(Duration.ofMillis(1));
        stand.engineKeeps("0-9");
        stand.end("0-9");
        assertThat(stand.went).containsExactly("high");
        stand.ask("next", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("0-9", "0-8");
        stand.time.pass(Duration.ofMillis(20));
        stand.read();
        assertThat(stand.preempted).containsExactly("0-9", "0-8");
    }

    @Test
    void requestBeforeItsPrefillIsPreemptedWithoutALoss() {
        stand.endpoints(1);
        stand.compute("running", LOW, Duration.ofSeconds(1));
        stand.compute("behind it", LOW, Duration.ofSeconds(1));
        long second = Duration.ofSeconds(1).toNanos();
        stand.pool().endpoint(0).inFlight().firstToken(stand.time.nanos(), stand.time.nanos() + second);
        stand.permits.get("running").firstToken();
        stand.ask("high", HIGH, Preempts.LOWER_PRIORITY);
        assertThat(stand.preempted).containsExactly("behind it");
    }

    /// A search looks at all running requests that may be preempted, and each reading of an engine asks for one.
    @Test
    void searchesInVainAreLimitedAndTheNextIsNotForgotten() {
        stand.endpoints(1);
        fill(0, LOW);
        stand.ask("high 1", HIGH, Preempts.LOWER_PRIORITY);
        stand.ask("high 2", HIGH, Preempts.LOWER_PRIORITY);
        for (int i = 0; i < 30; i++) {
            stand.read();
        }
        stand.end("0-9");
        assertThat(stand.went).containsExactly("high 1");
        assertThat(stand.preempted).as("the search for the second is due later").containsExactly("0-9");
        stand.time.pass(Duration.ofMillis(200));
        assertThat(stand.preempted).containsExactly("0-9", "0-8");
    }

    /// Requests of one size come and go, engines are read now and then: for each that preempts one is ended at
    /// most, and only requests that may be preempted.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void overAnyHistoryNoMoreAreEndedThanCouldNotGoAtOnce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        stand.endpoints(2);
        int preempting = 0;
        for (int step = 0; step < 4_000; step++) {
            stand.time.pass(Duration.ofMillis(random.nextInt(30)));
            int what = random.nextInt(10);
            if (what < 5) {
                boolean preempts = random.nextInt(5) == 0;
                Priority priority = new Priority(preempts ? random.nextInt(-2, 3) : random.nextInt(-3, 1));
                int waiting = stand.admission.waiting(Stand.POOL);
                stand.ask("r" + step, priority, preempts ? Preempts.LOWER_PRIORITY : Preempts.NOBODY);
                preempting += preempts && stand.admission.waiting(Stand.POOL) >= waiting ? 1 : 0;
            } else if (what < 7 && !stand.permits.isEmpty()) {
                List<String> running = stand.permits.keySet().stream().sorted().toList();
                stand.end(running.get(random.nextInt(running.size())));
            } else if (what == 7) {
                List.copyOf(stand.preempted).stream()
                        .filter(stand.permits::containsKey)
                        .forEach(stand::end);
            } else {
                stand.read();
            }
            assertThat(stand.preempted).doesNotHaveDuplicates();
            assertThat(stand.preempted.size()).isLessThanOrEqualTo(preempting);
        }
        assertThat(stand.preempted).hasSizeGreaterThan(20);
        assertThat(stand.wrongs).isEmpty();
    }
}
