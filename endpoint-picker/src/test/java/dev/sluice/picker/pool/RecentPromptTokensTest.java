package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentPromptTokensTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final RecentPromptTokens recent = new RecentPromptTokens(new ChangeMark());

    /// 100 tokens a second, in placements that often.
    private long load(Duration each, int placements, double tokens) {
        long now = 0;
        for (int i = 0; i < placements; i++) {
            now += each.toNanos();
            recent.placed(now, tokens, 2 * tokens);
        }
        return now;
    }

    @Test
    void halfIsLeftAfterAMinuteOfQuiet() {
        recent.placed(0, 1_000, 500);
        assertThat(recent.newTokens(MINUTE)).isCloseTo(500, within(1e-9));
        assertThat(recent.heldTokens(MINUTE)).isCloseTo(250, within(1e-9));
    }

    /// The minute is the time constant of a steady load: the sum is what came in a minute, so the rate is the load's.
    @Test
    void theRateIsThatOfASteadyLoadHoweverFewOrManyItsPlacements() {
        long now = load(Duration.ofMillis(10), 60_000, 1);
        assertThat(recent.newTokensPerSecond(now)).isCloseTo(100, within(2.0));
        assertThat(recent.heldTokens(now)).isCloseTo(12_000, within(240.0));
        RecentPromptTokens sparse = new RecentPromptTokens(new ChangeMark());
        for (int second = 1; second <= 600; second++) {
            sparse.placed(Duration.ofSeconds(second).toNanos(), 100, 0);
        }
        assertThat(sparse.newTokensPerSecond(Duration.ofMinutes(10).toNanos())).isCloseTo(100, within(3.0));
    }

    /// Under load a minute leaves 1/e of what was before, and not the half that a minute of quiet leaves.
    @Test
    void underLoadAMinuteLeavesAnEth() {
        long now = load(Duration.ofMillis(100), 6_000, 10);
        for (int i = 1; i <= 600; i++) {
            recent.placed(now + Duration.ofMillis(100).toNanos() * i, 0, 0);
        }
        assertThat(recent.newTokens(now + MINUTE)).isCloseTo(6_000 / Math.E, within(60.0));
    }
}
