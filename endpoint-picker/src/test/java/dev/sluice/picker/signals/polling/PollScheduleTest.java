package dev.sluice.picker.signals.polling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The schedule in virtual time, looked at once a millisecond.
class PollScheduleTest {
    private static final long MILLIS = 1_000_000;
    private static final PoolSettings ADAPTIVE = settings(50, 2_000, true);
    private static final PoolSettings STEADY = settings(50, 2_000, false);

    /// How each read ends.
    private enum End {
        BUSY,
        IDLE,
        FAILED
    }

    private static PoolSettings settings(long interval, long staleness, boolean adaptive) {
        return Fixtures.polled(Duration.ofMillis(interval), Duration.ofMillis(staleness), adaptive);
    }

    /// Looks at the schedule each millisecond; a read takes no time.
    ///
    /// @return when reads begin, in milliseconds
    private static List<Long> reads(
            PollSchedule schedule, LongStream millis, PoolSettings settings, End end, boolean working) {
        List<Long> begins = new ArrayList<>();
        millis.filter(at -> schedule.isDue(at * MILLIS, working)).forEach(at -> {
            begins.add(at);
            switch (end) {
                case BUSY -> schedule.succeeded(at * MILLIS, at * MILLIS, settings, true);
                case IDLE -> schedule.succeeded(at * MILLIS, at * MILLIS, settings, working);
                case FAILED -> schedule.failed(at * MILLIS, settings);
            }
        });
        return begins;
    }

    private static List<Long> reads(int ordinal, PoolSettings settings, End end) {
        PollSchedule schedule = new PollSchedule(ordinal, 0, settings);
        return reads(schedule, LongStream.rangeClosed(1, 5_000), settings, end, false);
    }

    private static List<Long> gaps(List<Long> begins) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < begins.size(); i++) {
            gaps.add(begins.get(i) - begins.get(i - 1));
        }
        return gaps;
    }

    @Test
    void readsAnEndpointWithWorkOncePerIntervalWithoutDrift() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            assertThat(reads(ordinal, ADAPTIVE, End.BUSY)).hasSizeBetween(99, 101);
            assertThat(gaps(reads(ordinal, ADAPTIVE, End.BUSY))).allMatch(gap -> gap >= 49 && gap <= 51);
        }
    }

    @Test
    void readsAllEndpointsOncePerIntervalUnlessPollingIsAdaptive() {
        assertThat(reads(3, STEADY, End.IDLE)).isEqualTo(reads(3, STEADY, End.BUSY));
    }

    @Test
    void endpointsAreReadAtDifferentMoments() {
        for (End end : List.of(End.BUSY, End.IDLE)) {
            int[] perMilli = new int[5_001];
            for (int ordinal = 0; ordinal < 1_000; ordinal++) {
                reads(ordinal, ADAPTIVE, end).forEach(at -> perMilli[at.intValue()]++);
            }
            assertThat(perMilli[0]).isZero();
            int even = end == End.BUSY ? 20 : 2;
            for (int at = 2_000; at <= 5_000; at++) {
                assertThat(perMilli[at]).as("%s at %d ms", end, at).isBetween(even - even / 4 - 1, even + even / 4 + 1);
            }
        }
    }

    @Test
    void anEndpointWithoutWorkIsReadLessAndLessOftenButNeverStale() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            List<Long> gaps = gaps(reads(ordinal, ADAPTIVE, End.IDLE));
            assertThat(gaps).hasSizeBetween(9, 15).allMatch(gap -> gap <= 501);
            assertThat(gaps.getLast()).isBetween(499L, 501L);
        }
        assertThat(gaps(reads(0, settings(50, 400, true), End.IDLE))).allMatch(gap -> gap <= 101);
        assertThat(gaps(reads(0, settings(50, 100, true), End.IDLE))).allMatch(gap -> gap <= 51);
        assertThat(gaps(reads(0, settings(50, 60_000, true), End.IDLE)).getLast())
                .isBetween(999L, 1_001L);
    }

    @Test
    void aPlacementHasARestingEndpointReadAtOnceAndThenAtTheInterval() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            PollSchedule schedule = new PollSchedule(ordinal, 0, ADAPTIVE);
            List<Long> resting = reads(schedule, LongStream.range(1, 5_000), ADAPTIVE, End.IDLE, false);
            long placed = resting.getLast() + 60;
            List<Long> woken = reads(schedule, LongStream.range(placed, placed + 500), ADAPTIVE, End.IDLE, true);
            assertThat(woken).first().isEqualTo(placed);
            assertThat(woken).hasSizeBetween(10, 12);
            assertThat(gaps(woken)).allMatch(gap -> gap <= 51);
        }
    }

    @Test
    void failingReadsAreFurtherAndFurtherApartWhateverIsPlacedThere() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            PollSchedule schedule = new PollSchedule(ordinal, 0, ADAPTIVE);
            List<Long> gaps = gaps(reads(schedule, LongStream.range(1, 5_000), ADAPTIVE, End.FAILED, true));
            assertThat(gaps).hasSizeLessThan(14).allMatch(gap -> gap <= 1_001);
            assertThat(gaps.getLast()).isBetween(999L, 1_001L);
        }
    }

    @Test
    void aLongReadIsFollowedByTheNextPlaceOnTheGrid() {
        PollSchedule schedule = new PollSchedule(0, 0, STEADY);
        assertThat(schedule.isDue(50 * MILLIS, false)).isTrue();
        schedule.succeeded(51 * MILLIS, 52 * MILLIS, STEADY, true);
        assertThat(schedule.isDue(99 * MILLIS, false)).isFalse();
        assertThat(schedule.isDue(100 * MILLIS, false)).isTrue();
    }

    /// @return the gaps between the polls of a second in which each page takes as long as is given, in milliseconds
    private static List<Long> gapsOfPages(PoolSettings settings, long... pages) {
        PollSchedule schedule = new PollSchedule(0, 0, settings);
        List<Long> begins = new ArrayList<>();
        for (long at = 1; at <= 20_000; at++) {
            if (schedule.isDue(at * MILLIS, true)) {
                long took = pages[begins.size() % pages.length];
                begins.add(at);
                schedule.succeeded(at * MILLIS, (at + took) * MILLIS, settings, true);
            }
        }
        return gaps(begins);
    }

    @Test
    void aPageTakesAtMostATwentiethOfTheInterval() {
        assertThat(gapsOfPages(ADAPTIVE, 2)).allMatch(gap -> gap == 50);
        assertThat(gapsOfPages(ADAPTIVE, 3).subList(1, 50)).allMatch(gap -> gap == 100);
        assertThat(gapsOfPages(ADAPTIVE, 7).subList(1, 50)).allMatch(gap -> gap == 200);
        assertThat(gapsOfPages(ADAPTIVE, 900).subList(1, 30)).allMatch(gap -> gap == 500);
        assertThat(gapsOfPages(STEADY, 7)).allMatch(gap -> gap == 50);
    }

    @Test
    void aPollThatMeetsABusyEngineIsNotThePagesTime() {
        assertThat(gapsOfPages(ADAPTIVE, 2, 2, 2, 2, 2, 10).subList(1, 100)).allMatch(gap -> gap <= 100);
        assertThat(gapsOfPages(ADAPTIVE, 2, 2, 2, 2, 2, 10))
                .filteredOn(gap -> gap == 50)
                .hasSizeGreaterThan(200);
    }
}
