package dev.sluice.picker.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.memory.BodyReservation.Grant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyBudgetTest {
    private static final int MIB = 1 << 20;
    private static final long LIMIT = 64L * MIB;
    private static final long LARGEST = 16L * MIB;
    private static final int CHUNK = 64 << 10;

    private final Deque<Runnable> resumed = new ArrayDeque<>();
    private final BodyBudget budget = new BodyBudget(LIMIT, LARGEST, resumed::add);

    private BodyReservation body(long declared) {
        return new BodyReservation(budget, declared, LARGEST, () -> {});
    }

    /// Lets chunks come as long as the body is read.
    private static Grant fill(BodyReservation body, long bytes) {
        Grant last = Grant.GRANTED;
        for (long left = bytes; left > 0 && last == Grant.GRANTED; left -= CHUNK) {
            last = body.add(CHUNK);
        }
        return last;
    }

    @Test
    void smallBodyReservesOnceAndReturnsAll() {
        BodyReservation body = body(2_000);
        assertThat(body.begin(false)).isEqualTo(Grant.GRANTED);
        long reserved = budget.reserved();
        assertThat(reserved).isBetween(2_000L, 2_600L);
        assertThat(body.add(1_000)).isEqualTo(Grant.GRANTED);
        assertThat(body.finish(1_000)).isEqualTo(Grant.GRANTED);
        assertThat(budget.reserved()).isEqualTo(reserved);
        body.close();
        body.close();
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void clientHoldsLittleMoreThanItHasSentWhateverItDeclares() {
        BodyReservation body = body(LARGEST);
        body.begin(false);
        assertThat(budget.reserved()).isEqualTo(BodyBudget.SMALL);
        fill(body, MIB);
        assertThat(budget.reserved()).isBetween((long) MIB, 2L * MIB + 2 * CHUNK);
    }

    @Test
    void tinyChunksCountWithWhatIsKeptAroundThem() {
        BodyReservation body = body(-1);
        body.begin(false);
        for (int i = 0; i < 100_000; i++) {
            body.add(1);
        }
        assertThat(budget.reserved()).isGreaterThan(9_000_000);
    }

    @Test
    void whatWasExpectedAndHasNotComeIsReturnedAtTheEnd() {
        BodyReservation body = body(-1);
        body.begin(false);
        fill(body, 3L * MIB);
        body.finish(1);
        assertThat(budget.reserved()).isBetween(3L * MIB, 3L * MIB + 10_000);
    }

    @Test
    void largeBodiesWaitBeforeSmallOnesDo() {
        List<BodyReservation> large = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            large.add(body(LARGEST));
            large.getLast().begin(false);
            fill(large.getLast(), LARGEST);
        }
        assertThat(budget.waiting()).isGreaterThan(15);
        for (int i = 0; i < 500; i++) {
            assertThat(body(4_000).begin(false)).as("small body %s", i).isEqualTo(Grant.GRANTED);
        }
        assertThat(budget.reserved()).isLessThan(LIMIT);
    }

    @Test
    void whatIsReturnedIsGrantedToTheOldestFirst() {
        List<BodyReservation> bodies = new ArrayList<>();
        while (budget.waiting() < 3) {
            bodies.add(body(4L * MIB));
            bodies.getLast().begin(true);
        }
        List<BodyReservation> waiting =
                bodies.stream().filter(BodyReservation::isWaiting).toList();
        assertThat(waiting).hasSize(3);
        bodies.getFirst().close();
        assertThat(waiting.stream().map(BodyReservation::isWaiting)).containsExactly(false, true, true);
        assertThat(resumed).hasSize(1);
    }

    @Test
    void requestsThatWouldWaitBehindTooManyAreRefused() {
        fillUp();
        while (budget.waiting() < BodyBudget.MOST_WAITING) {
            body(LARGEST).begin(true);
        }
        assertThat(body(LARGEST).begin(true)).isEqualTo(Grant.REFUSED);
        assertThat(budget.reserved()).isLessThanOrEqualTo(LIMIT);
    }

    private void fillUp() {
        while (body(LARGEST).begin(true) == Grant.GRANTED) {
            // Until one waits.
        }
    }

    @Test
    void whatHasArrivedIsRefusedAtTheLimit() {
        fillUp();
        Grant last = Grant.GRANTED;
        for (int i = 0; i < 200 && last == Grant.GRANTED; i++) {
            BodyReservation chunk = body(-1);
            last = chunk.add(MIB);
        }
        assertThat(last).isNotEqualTo(Grant.GRANTED);
        while (last != Grant.REFUSED) {
            last = body(-1).add(MIB);
        }
        assertThat(budget.reserved()).isLessThanOrEqualTo(LIMIT);
    }

    /// All bodies are read until all would wait: one never does, and after it another.
    @Test
    void oneBodyCanAlwaysComeToItsEnd() {
        Deque<BodyReservation> open = new ArrayDeque<>();
        for (int i = 0; i < 30; i++) {
            open.add(body(LARGEST));
        }
        long[] come = new long[30];
        List<BodyReservation> bodies = List.copyOf(open);
        bodies.forEach(each -> each.begin(false));
        int ended = 0;
        for (int round = 0; round < 20_000 && ended < bodies.size(); round++) {
            boolean progress = false;
            for (int i = 0; i < bodies.size(); i++) {
                if (come[i] < LARGEST && !bodies.get(i).isWaiting()) {
                    come[i] += CHUNK;
                    progress = true;
                    if (come[i] < LARGEST) {
                        assertThat(bodies.get(i).add(CHUNK)).isNotEqualTo(Grant.REFUSED);
                    } else {
                        bodies.get(i).finish(CHUNK);
                        bodies.get(i).close();
                        ended++;
                    }
                }
            }
            assertThat(progress).as("some body is read in round %s", round).isTrue();
            assertThat(budget.reserved()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(ended).isEqualTo(bodies.size());
        assertThat(budget.reserved()).isZero();
        assertThat(budget.waiting()).isZero();
    }

    /// What bodies do in any order; all that is reserved is returned, and whoever waits is resumed or closed.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverBodiesDoAllIsReturned(long seed) {
        long largest = LARGEST / 8;
        BodyBudget tight = new BodyBudget(LIMIT / 8, largest, resumed::add);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger readOn = new AtomicInteger();
        List<BodyReservation> open = new ArrayList<>();
        Set<BodyReservation> paused = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            int which = random.nextInt(20);
            if (which == 0 && open.size() < 200) {
                long declared = random.nextBoolean() ? -1 : random.nextLong(largest);
                BodyReservation body = new BodyReservation(tight, declared, largest, readOn::incrementAndGet);
                open.add(body);
                body.begin(random.nextInt(20) == 0);
            } else if (!open.isEmpty()) {
                BodyReservation body = open.get(random.nextInt(open.size()));
                if (which < 2 || (!body.isWaiting() && body.add(random.nextInt(CHUNK)) == Grant.REFUSED)) {
                    open.remove(body);
                    body.close();
                }
                if (body.isWaiting()) {
                    paused.add(body);
                }
            }
            assertThat(tight.reserved()).isBetween(0L, LIMIT / 8);
            assertThat(tight.waiting()).isEqualTo((int)
                    open.stream().filter(BodyReservation::isWaiting).count());
        }
        open.forEach(BodyReservation::close);
        assertThat(paused).isNotEmpty();
        assertThat(tight.reserved()).isZero();
        assertThat(tight.waiting()).isZero();
    }

    @Test
    void onlyABodyThatFitsInWhatIsKeptForItIsAllowed() {
        assertThat(budget.largestBody()).isEqualTo(LARGEST);
        assertThat(new BodyBudget(2L * MIB, LARGEST, Runnable::run).largestBody())
                .isBetween(MIB * 9L / 10, (long) MIB);
    }

    @Test
    void optionalWorkHasNoPrivilege() {
        fillUp();
        assertThat(budget.reserve(MIB)).isFalse();
        assertThat(budget.reserve(100)).isTrue();
    }
}
