package dev.sluice.picker.admission.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityOrderTest {
    private static final int ENDPOINTS = 1_000;

    /// By position, when each endpoint has capacity.
    private final long[] free = new long[ENDPOINTS];
    private final CapacityOrder order = new CapacityOrder(ENDPOINTS, this::look, 0);
    private int looks;

    private long look(int position, long now) {
        looks++;
        return free[position] == Long.MAX_VALUE ? Saturation.UNKNOWN : Math.max(0, free[position] - now);
    }

    @Test
    void aChangeOfOneOfAThousandEndpointsIsLookedAtAlone() {
        Arrays.fill(free, Long.MAX_VALUE);
        assertThat(order.next(0)).isEqualTo(-1);
        assertThat(looks).isEqualTo(ENDPOINTS);
        for (int change = 0; change < 10_000; change++) {
            looks = 0;
            order.changed(change * 37 % ENDPOINTS);
            assertThat(order.next(change)).isEqualTo(-1);
            assertThat(looks).isEqualTo(1);
        }
    }

    @Test
    void nothingIsLookedAtBeforeABacklogCanHaveDrained() {
        Arrays.fill(free, Long.MAX_VALUE);
        free[700] = 2_000;
        free[800] = 1_000;
        order.next(0);
        looks = 0;
        assertThat(order.next(999)).isEqualTo(-1);
        assertThat(looks).isZero();
        assertThat(order.untilNext(999)).isEqualTo(1);
        assertThat(order.next(1_000)).isEqualTo(800);
        assertThat(looks).isEqualTo(1);
    }

    /// Endpoints get more and less to do, and each change that frees capacity is told.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anEndpointWithCapacityIsFoundWheneverThereIsOne(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Arrays.fill(free, 1_000);
        long now = 0;
        int found = 0;
        int none = 0;
        for (int step = 0; step < 100_000; step++) {
            int position = random.nextInt(ENDPOINTS);
            long before = free[position];
            free[position] = random.nextInt(3) == 0 ? Long.MAX_VALUE : now + random.nextInt(-100, 20_000);
            if (free[position] < before) {
                order.changed(position);
            }
            now += random.nextInt(3);
            int next = order.next(now);
            if (next >= 0) {
                found++;
                assertThat(free[next]).isLessThanOrEqualTo(now);
                free[next] = now + 20_000;
            } else {
                none++;
                long first = Long.MAX_VALUE;
                for (long each : free) {
                    first = Math.min(first, each);
                }
                assertThat(first).isGreaterThan(now);
                assertThat(order.untilNext(now)).isPositive();
                if (first < Long.MAX_VALUE) {
                    assertThat(order.untilNext(now)).isLessThanOrEqualTo(first - now);
                }
            }
        }
        assertThat(found).isGreaterThan(1_000);
        assertThat(none).isGreaterThan(1_000);
    }

    @Test
    void aPoolWithoutEndpointsHasNoCapacity() {
        CapacityOrder empty = new CapacityOrder(0, this::look, 0);
        assertThat(empty.next(0)).isEqualTo(-1);
        assertThat(empty.untilNext(0)).isEqualTo(Saturation.UNKNOWN);
    }
}
