package dev.sluice.picker.signals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The schedule in virtual time, looked at once a millisecond.
class PollScheduleTest {
    private static final long MILLIS = 1_000_000;
    private static final Duration INTERVAL = Duration.ofMillis(50);

    /// @return when reads begin within five seconds, in milliseconds, when each takes no time
    private static List<Long> reads(int ordinal, boolean failing) {
        PollSchedule schedule = new PollSchedule(ordinal, 0, INTERVAL);
        List<Long> begins = new ArrayList<>();
        for (long at = 1; at <= 5_000; at++) {
            if (schedule.isDue(at * MILLIS)) {
                begins.add(at);
                if (failing) {
                    schedule.failed(at * MILLIS, INTERVAL);
                } else {
                    schedule.succeeded(at * MILLIS, INTERVAL);
                }
            }
        }
        return begins;
    }

    private static List<Long> gaps(List<Long> begins) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < begins.size(); i++) {
            gaps.add(begins.get(i) - begins.get(i - 1));
        }
        return gaps;
    }

    @Test
    void readsOncePerIntervalWithoutDrift() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            assertThat(reads(ordinal, false)).hasSizeBetween(99, 101);
            assertThat(gaps(reads(ordinal, false))).containsOnly(50L);
        }
    }

    @Test
    void endpointsAreReadAtDifferentMoments() {
        int[] perMilli = new int[5_001];
        for (int ordinal = 0; ordinal < 1_000; ordinal++) {
            reads(ordinal, false).forEach(at -> perMilli[at.intValue()]++);
        }
        assertThat(perMilli[0]).isZero();
        for (int at = 51; at <= 5_000; at++) {
            assertThat(perMilli[at]).as("at %d ms", at).isBetween(15, 25);
        }
    }

    @Test
    void failingReadsAreFurtherAndFurtherApartUpToASecond() {
        for (int ordinal = 0; ordinal < 100; ordinal++) {
            List<Long> gaps = gaps(reads(ordinal, true));
            assertThat(gaps).hasSizeLessThan(14).allMatch(gap -> gap <= 1_001);
            assertThat(gaps.getLast()).isBetween(999L, 1_001L);
        }
    }

    @Test
    void aLongReadIsFollowedByTheNextPlaceOnTheGrid() {
        PollSchedule schedule = new PollSchedule(0, 0, INTERVAL);
        assertThat(schedule.isDue(50 * MILLIS)).isTrue();
        schedule.succeeded(51 * MILLIS, INTERVAL);
        assertThat(schedule.isDue(99 * MILLIS)).isFalse();
        assertThat(schedule.isDue(100 * MILLIS)).isTrue();
    }
}
