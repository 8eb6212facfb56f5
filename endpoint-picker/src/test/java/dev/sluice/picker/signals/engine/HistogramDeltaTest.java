package dev.sluice.picker.signals.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramDeltaTest {
    private static final double[] BOUNDS = {.1, .5, 2, Double.POSITIVE_INFINITY};

    private record Observed(long count, double seconds) {}

    private final List<Observed> told = new ArrayList<>();
    private final HistogramDelta gains =
            new HistogramDelta((count, nanos) -> told.add(new Observed(count, nanos / 1e9)));

    /// A server's histogram, as it counts.
    private static final class Histogram {
        private final long[] buckets = new long[BOUNDS.length];
        private double sum;

        void observe(double seconds) {
            buckets[bucketOf(seconds)]++;
            sum += seconds;
        }
    }

    private static int bucketOf(double seconds) {
        int at = Arrays.binarySearch(BOUNDS, seconds);
        return at >= 0 ? at : -at - 1;
    }

    /// Shows a page and returns what was told of it.
    private List<Observed> show(Histogram... engines) {
        told.clear();
        gains.begin();
        for (Histogram engine : engines) {
            double below = 0;
            for (int i = 0; i < BOUNDS.length; i++) {
                below += engine.buckets[i];
                gains.bucket(BOUNDS[i], below);
            }
            gains.sum(engine.sum);
        }
        gains.end();
        return List.copyOf(told);
    }

    @Test
    void whatWasThereBeforeIsNotNew() {
        Histogram engine = new Histogram();
        engine.observe(.3);
        assertThat(show(engine)).isEmpty();
        assertThat(show(engine)).isEmpty();
    }

    @Test
    void oneObservationComesOutAsItWas() {
        Histogram engine = new Histogram();
        show(engine);
        for (double seconds : new double[] {.02, .1, .10001, .5, 1.75, 2, 30, 1e-9}) {
            engine.observe(seconds);
            assertThat(show(engine)).singleElement().satisfies(each -> {
                assertThat(each.count()).isEqualTo(1);
                assertThat(each.seconds()).isCloseTo(seconds, within(2e-9));
            });
        }
    }

    @Test
    void countsBucketsAndSumComeOutAsTheServers() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Histogram engine = new Histogram();
            for (int i = 0; i < random.nextInt(50); i++) {
                engine.observe(random.nextDouble() * 4);
            }
            Histogram other = new Histogram();
            show(engine, other);
            double sum = engine.sum + other.sum;
            long[] before = engine.buckets.clone();
            for (int i = 0; i < random.nextInt(1, 50); i++) {
                (random.nextBoolean() ? engine : other).observe(random.nextDouble() * random.nextDouble() * 4);
            }
            long[] buckets = new long[BOUNDS.length];
            show(engine, other).forEach(each -> buckets[bucketOf(each.seconds())] += each.count());
            for (int i = 0; i < BOUNDS.length; i++) {
                assertThat(buckets[i]).as("seed %d", seed).isEqualTo(engine.buckets[i] + other.buckets[i] - before[i]);
            }
            double toldSum = told.stream()
                    .mapToDouble(each -> (double) each.count() * each.seconds())
                    .sum();
            assertThat(toldSum).as("seed %d", seed).isCloseTo(engine.sum + other.sum - sum, within(1e-6));
        }
    }

    @Test
    void aServerThatStartsAgainCountsFromZero() {
        Histogram engine = new Histogram();
        for (int i = 0; i < 5; i++) {
            engine.observe(.3);
        }
        show(engine);
        Histogram again = new Histogram();
        again.observe(.2);
        assertThat(show(again)).containsExactly(new Observed(1, .2));
        again.observe(.4);
        assertThat(show(again)).containsExactly(new Observed(1, .4));
    }

    @Test
    void aPageWithoutTheHistogramOrWithOtherBucketsTellsNothing() {
        Histogram engine = new Histogram();
        engine.observe(.3);
        show(engine);
        assertThat(show()).isEmpty();
        engine.observe(.4);
        assertThat(show(engine)).containsExactly(new Observed(1, .4));
        gains.begin();
        gains.bucket(7, 100);
        gains.end();
        assertThat(show(engine)).isEmpty();
    }

    @Test
    void nonsenseIsNotCounted() {
        show(new Histogram());
        for (double count : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e15, -1}) {
            told.clear();
            gains.begin();
            for (double bound : BOUNDS) {
                gains.bucket(bound, count);
            }
            gains.sum(Double.NaN);
            gains.end();
            assertThat(told).isEmpty();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                gains.bucket(i, 1);
            }
        });
    }

    @Test
    void aSumThatTheBucketsContradictStaysWithinThem() {
        Histogram engine = new Histogram();
        show(engine);
        engine.observe(.3);
        engine.sum = 100;
        assertThat(show(engine)).containsExactly(new Observed(1, .5));
        engine.observe(.3);
        engine.sum = Double.NaN;
        assertThat(show(engine))
                .singleElement()
                .satisfies(each -> assertThat(each.seconds()).isBetween(.1, .5));
    }
}
