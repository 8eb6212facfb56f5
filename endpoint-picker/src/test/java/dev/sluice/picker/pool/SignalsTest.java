package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private static Signals signals(int waiting, int running, int own) {
        return new Signals(waiting, running, new KvCache(0, 0), Adapters.NONE, own, 0);
    }

    @Test
    void requestsOfOthersAreWhatThisPickerDidNotSend() {
        assertThat(signals(3, 5, 2).requestsFromOthers()).isEqualTo(6);
        assertThat(signals(3, 5, 0).requestsFromOthers()).isEqualTo(8);
    }

    @Test
    void ownWorkThatTheEngineDoesNotShowYetIsNotNegativeForeignWork() {
        assertThat(signals(0, 1, 4).requestsFromOthers()).isZero();
        assertThat(signals(0, 1, 4).waitingFromOthers()).isZero();
    }

    private static Signals said(int waiting, int running, double kvUsage, long capacity, int own) {
        return new Signals(waiting, running, new KvCache(kvUsage, capacity), Adapters.NONE, own, 0);
    }

    @Test
    void whatCannotBeIsNotRepresented() {
        for (double usage : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -.01, 1.01, 87}) {
            assertThatIllegalArgumentException().isThrownBy(() -> said(0, 0, usage, 1, 0));
        }
        for (int count : new int[] {-1, Signals.MOST_REQUESTS + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> said(count, 0, 0, 1, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> said(0, count, 0, 1, 0));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> said(0, 0, 0, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> said(0, 0, 0, KvCache.MOST_TOKENS + 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> said(0, 0, 0, 1, -1));
    }

    @Test
    void theMostThatCanBeAddsUp() {
        Signals most = said(Signals.MOST_REQUESTS, Signals.MOST_REQUESTS, 1, KvCache.MOST_TOKENS, 0);
        assertThat(most.requestsFromOthers()).isEqualTo(2 * Signals.MOST_REQUESTS);
        assertThat(most.waitingFromOthers()).isEqualTo(Signals.MOST_REQUESTS);
    }

    @Test
    void anAdapterThatRunsAndIsWaitedForTakesOneSlot() {
        assertThat(new Adapters(Set.of("x", "y"), Set.of("x", "y"), 4).slotsTaken())
                .isEqualTo(2);
        assertThat(new Adapters(Set.of("x", "y"), Set.of("y", "z"), 4).slotsTaken())
                .isEqualTo(3);
    }

    @Test
    void waitingRequestsOfOthersAreBoundedByBoth() {
        assertThat(signals(3, 5, 2).waitingFromOthers()).isEqualTo(3);
        assertThat(signals(3, 5, 7).waitingFromOthers()).isEqualTo(1);
    }
}
