package dev.sluice.picker.journal;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.decision.Candidate;
import dev.sluice.picker.decision.ComparedPrices;
import dev.sluice.picker.decision.DecidedPool;
import dev.sluice.picker.decision.Decision;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final long MEBI = 1 << 20;
    private static final List<EndpointId> ENDPOINTS = IntStream.range(0, 8)
            .mapToObj(i -> new EndpointId("pod-" + i, "10.0.0." + i, 8000))
            .toList();

    private static Decision decision(String requestId, int number) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            float[] parts = new float[PolicyKind.COST.parts().size()];
            Arrays.fill(parts, number + i);
            candidates.add(new Candidate(ENDPOINTS.get((number + i) % 8), parts));
        }
        return new Decision(
                requestId,
                number,
                new DecidedPool(POOL, "meta-llama/Llama-3.1-8B-Instruct", null, null),
                new ComparedPrices(PolicyKind.COST, candidates, 3, 1.5f, 2.5f, 1_024),
                4_000);
    }

    /// The form of a request id, from a number.
    private static String id(long number) {
        return new UUID(number * 0x9E3779B97F4A7C15L, number).toString();
    }

    @Test
    void givesBackWhatItWasGiven() {
        Journal journal = new Journal(MEBI);
        Decision decision = decision("some-id", 42);
        journal.record(decision);
        assertThat(journal.find("some-id")).hasValue(decision);
        assertThat(journal.find("another")).isEmpty();
    }

    @Test
    void givesBackThatARequestWasMoved() {
        Journal journal = new Journal(MEBI);
        Decision moved =
                decision("id", 42).moved(new Reroute(new PoolId("ml", "other"), Reroute.RerouteReason.FAILOVER));
        journal.record(moved);
        assertThat(journal.find("id")).hasValue(moved);
    }

    @Test
    void theLastDecisionOfARetriedRequestCounts() {
        Journal journal = new Journal(MEBI);
        journal.record(decision("id", 1));
        journal.record(decision("id", 2));
        assertThat(journal.find("id")).hasValue(decision("id", 2));
    }

    @Test
    void forgetsTheOldestAndStaysWithinItsBytes() {
        Journal journal = new Journal(MEBI);
        for (int i = 0; i < 10_000; i++) {
            journal.record(decision(id(i), i));
            assertThat(journal.bytes()).isLessThanOrEqualTo(MEBI);
        }
        assertThat(journal.bytes()).isGreaterThan(MEBI - 2_000);
        assertThat(journal.find(id(0))).isEmpty();
        assertThat(journal.find(id(6_000))).isEmpty();
        assertThat(journal.find(id(9_000))).hasValue(decision(id(9_000), 9_000));
    }

    @Test
    void aDecisionLargerThanTheJournalIsNotKept() {
        Journal journal = new Journal(100);
        journal.record(decision("id", 1));
        assertThat(journal.find("id")).isEmpty();
        assertThat(journal.bytes()).isZero();
    }

    @Test
    void keepsSlotsBoundedWhenDecisionsAreSmall() {
        Journal journal = new Journal(1 << 30);
        int slots = 1 << 18;
        Candidate only = new Candidate(ENDPOINTS.getFirst(), 0);
        for (int i = 0; i < slots + 10; i++) {
            journal.record(Fixtures.decision(Integer.toString(i), i, "", PolicyKind.RANDOM, List.of(only)));
        }
        assertThat(journal.find("9")).isEmpty();
        assertThat(journal.find("10")).isPresent();
        assertThat(journal.find(Integer.toString(slots + 9))).isPresent();
    }

    @Test
    void beginsAnewWhenTheNamesRunOut() {
        Journal journal = new Journal(64 * MEBI);
        for (int i = 0; i < 140_000; i++) {
            Candidate only = new Candidate(new EndpointId("pod-" + i, "10.0.0.1", 8000), 0);
            journal.record(Fixtures.decision(id(i), i, "chat", PolicyKind.RANDOM, List.of(only)));
        }
        assertThat(journal.find(id(100_000))).isEmpty();
        assertThat(journal.find(id(139_999)).orElseThrow().candidates())
                .first()
                .returns("pod-139999", each -> each.endpoint().pod());
    }

    /// Clients invent models, where a pool passes their names through.
    @Test
    void inventedModelsTakeNoMemoryButTheRings() {
        Candidate only = new Candidate(ENDPOINTS.getFirst(), 0);
        Journal journal = new Journal(8 * MEBI);
        String tail = "m".repeat(4_000);
        journal.record(decision("first", 1));
        long before = usedHeap();
        try {
            for (int i = 0; i < 200_000; i++) {
                String model = "invented-" + i + "-" + tail;
                journal.record(Fixtures.decision(id(i), i, model, PolicyKind.RANDOM, List.of(only)));
            }
            assertThat(usedHeap() - before).isLessThan(12 * MEBI);
            assertThat(journal.find(id(199_999)).orElseThrow().model())
                    .isEqualTo(("invented-199999-" + tail).substring(0, 256) + "…");
            assertThat(journal.find(id(190_000))).isPresent();
        } finally {
            Reference.reachabilityFence(journal);
        }
    }

    @Test
    void aLongNameIsCutOffAtACharactersEnd() {
        Candidate only = new Candidate(ENDPOINTS.getFirst(), 0);
        Journal journal = new Journal(MEBI);
        for (String model : List.of("m".repeat(256), "é".repeat(128), "漢".repeat(85))) {
            journal.record(Fixtures.decision(model, 1, model, PolicyKind.RANDOM, List.of(only)));
            assertThat(journal.find(model).orElseThrow().model()).isEqualTo(model);
        }
        for (String cut : List.of("m".repeat(256), "m" + "é".repeat(127), "漢".repeat(85), "😀".repeat(64))) {
            String model = cut + "😀".repeat(300);
            journal.record(Fixtures.decision("id", 1, model, PolicyKind.RANDOM, List.of(only)));
            assertThat(journal.find("id").orElseThrow().model()).isEqualTo(cut + "…");
        }
    }

    @Test
    void holdsAHundredThousandDecisionsInTheMemoryItStates() {
        long before = usedHeap();
        Journal journal = new Journal(64 * MEBI);
        try {
            int recorded = 250_000;
            for (int i = 0; i < recorded; i++) {
                journal.record(decision(id(i), i));
            }
            long used = usedHeap() - before;
            assertThat(journal.find(id(recorded - 100_000))).isPresent();
            assertThat(journal.find(id(0))).isEmpty();
            assertThat(journal.bytes()).isBetween(63 * MEBI, 64 * MEBI);
            long tables = (1L << 18) * 2 * Long.BYTES;
            assertThat(used - tables).isBetween(64 * MEBI * 3 / 4, 64 * MEBI * 5 / 4);
        } finally {
            Reference.reachabilityFence(journal);
        }
    }

    @Test
    void findsInMilliseconds() {
        Journal journal = new Journal(64 * MEBI);
        for (int i = 0; i < 120_000; i++) {
            journal.record(decision(id(i), i));
        }
        long[] nanos = new long[21];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            assertThat(journal.find(id(20_000 + i))).isPresent();
            assertThat(journal.find("nobody")).isEmpty();
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        assertThat(nanos[nanos.length / 2]).isLessThan(10_000_000);
    }

    @Test
    void writersThatMeetKeepTheLatestAndTheBound() throws InterruptedException {
        Journal journal = new Journal(4 * MEBI);
        Thread[] threads = new Thread[4];
        int each = 20_000;
        for (int t = 0; t < threads.length; t++) {
            int writer = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    String id = writer + "-" + i;
                    journal.record(decision(id, i));
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(journal.bytes()).isBetween(3 * MEBI, 4 * MEBI);
        for (int t = 0; t < threads.length; t++) {
            String last = t + "-" + (each - 1);
            journal.find(last).ifPresent(found -> assertThat(found).isEqualTo(decision(last, each - 1)));
        }
        journal.record(decision("last", 7));
        assertThat(journal.find("last")).hasValue(decision("last", 7));
        assertThat(journal.find("0-0")).isEmpty();
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
