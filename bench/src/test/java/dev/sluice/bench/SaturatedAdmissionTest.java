package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What it costs that a pool is saturated, in multiples of the same requests at a pool that is not, measured in one
/// sitting: the two take turns, and the medians count.
class SaturatedAdmissionTest {
    private static final int ROUNDS = 9;
    private static final int OPERATIONS = 20_000;
    private static final long MOST_P99 = Duration.ofMillis(1).toNanos();
    /// With a look at each of the 1,000 endpoints for each change it was several hundred.
    private static final double MOST_RATIO = 120;

    private static final double MOST_BYTES = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AdmissionLoad saturated = AdmissionLoad.saturated();
    private final AdmissionLoad unsaturated = AdmissionLoad.unsaturated();

    private static double nanos(Runnable operation) {
        long began = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.run();
        }
        return (double) (System.nanoTime() - began) / OPERATIONS;
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    @Test
    void dispatchToASaturatedPoolStaysWithinAMultipleOfTheUnsaturatedPath() {
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            nanos(saturated::endAndDispatch);
            nanos(unsaturated::endAndAdmit);
        }
        double[] waited = new double[ROUNDS];
        double[] atOnce = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            waited[round] = nanos(saturated::endAndDispatch);
            atOnce[round] = nanos(unsaturated::endAndAdmit);
        }
        double ratio = median(waited) / median(atOnce);
        System.out.printf(
                "saturated %.0f ns, unsaturated %.0f ns, ratio %.1f%n", median(waited), median(atOnce), ratio);
        assertThat(ratio).isLessThan(MOST_RATIO);
    }

    @Test
    void ninetyNineOfAHundredDispatchesTakeLessThanAMillisecond() {
        nanos(saturated::endAndDispatch);
        long[] times = new long[OPERATIONS];
        for (int i = 0; i < OPERATIONS; i++) {
            long began = System.nanoTime();
            saturated.endAndDispatch();
            times[i] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        assertThat(times[OPERATIONS * 99 / 100]).isLessThan(MOST_P99);
    }

    @Test
    void aDispatchAllocatesLittle() {
        nanos(saturated::endAndDispatch);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        nanos(saturated::endAndDispatch);
        double each = (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / OPERATIONS;
        assertThat(each).isLessThan(MOST_BYTES);
    }
}
