package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.pool.Hardware;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What comes of observations whose true rates are known.
class RateLearnerTest {
    private static final Hardware UNKNOWN = new Hardware("Accelerator-X", 1, "some-8B");

    private static final double HOST = HOST_STEP_MILLIS;

    private final RateLearner learner =
            new RateLearner(UNKNOWN, PublishedRates.bundled().nearest(UNKNOWN), true);
    private final Rates prior = learner.prior();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    private static Rates scaled(Rates rates, double prefill, double decode) {
        return new Rates(
                rates.prefill().p0() * decode,
                rates.prefill().p1() * prefill,
                rates.prefill().p2() * prefill,
                rates.step().d0() * decode,
                rates.step().d1() * decode,
                rates.step().d2() * decode);
    }

    /// One request's first token and answer, as hardware of these rates would serve it.
    private void serve(Rates truth, SplittableRandom random, double stretch) {
        serve(truth, random, stretch, learner);
    }

    private static void serve(Rates truth, SplittableRandom random, double stretch, RateLearner learner) {
        double batch = random.nextInt(0, 40);
        double context = batch * random.nextInt(200, 2_000);
        double tokens = random.nextInt(50, 4_000);
        double cached = random.nextBoolean() ? 0 : tokens / 2;
        double step = truth.stepMillis(batch, context);
        double prefill = truth.prefillMillis(tokens, cached);
        double first = batch == 0 ? prefill + HOST : prefill - truth.prefill().p0() + step * (1 + random.nextDouble());
        observe(
                learner,
                new Observation.FirstToken(first * noise(random, 0.08) * stretch, tokens, cached, 0, batch, context));
        int steps = random.nextInt(8, 300);
        double joined = truth.stepMillis(batch + 1, context + tokens);
        observe(
                learner,
                new Observation.Decode(
                        steps * joined * noise(random, 0.05) * stretch, steps, batch + 1, context + tokens, 0, 0));
    }

    private static double noise(SplittableRandom random, double deviation) {
        return Math.max(0.5, 1 + deviation * random.nextGaussian());
    }

    private void observe(Observation observation) {
        observe(learner, observation);
    }

    private static void observe(RateLearner learner, Observation observation) {
        learner.observe(observation);
        assertPhysical(learner.rates());
    }

    private static void assertPhysical(Rates rates) {
        for (double number : new double[] {
            rates.prefill().p0(),
            rates.prefill().p1(),
            rates.prefill().p2(),
            rates.step().d0(),
            rates.step().d1(),
            rates.step().d2()
        }) {
            assertThat(number).as("%s", rates).isPositive().isFinite();
        }
    }

    private static double median(Rates learned, Rates truth, boolean prefill) {
        SplittableRandom random = new SplittableRandom(7);
        double[] errors = IntStream.range(0, 200)
                .mapToDouble(_ -> {
                    double tokens = random.nextInt(50, 4_000);
                    double batch = random.nextInt(1, 40);
                    double context = batch * random.nextInt(200, 2_000);
                    return prefill
                            ? learned.prefillMillis(tokens, 0) / truth.prefillMillis(tokens, 0) - 1
                            : learned.stepMillis(batch, context) / truth.stepMillis(batch, context) - 1;
                })
                .map(Math::abs)
                .sorted()
                .toArray();
        return errors[errors.length / 2];
    }

    private void assertKnows(Rates truth, long seed) {
        String what = "seed " + seed + ": " + learner.rates() + ", in truth " + truth;
        assertThat(median(learner.rates(), truth, true)).as("prefill, %s", what).isLessThan(0.15);
        assertThat(median(learner.rates(), truth, false)).as("step, %s", what).isLessThan(0.15);
    }

    /// Hardware without published figures, up to ten times slower or faster than what it is taken for: 50
    /// requests, one in twenty ten times too slow.
    @Test
    void predictsHardwareWithoutPublishedFiguresWithinAQuarterAfter50Requests() {
        int known = 0;
        for (long seed = 1; seed <= 100; seed++) {
            RateLearner unpublished = new RateLearner(UNKNOWN, prior, false);
            SplittableRandom random = new SplittableRandom(seed);
            double factor = Math.exp(random.nextDouble(-Math.log(10), Math.log(10)));
            Rates truth = scaled(prior, factor * Math.exp(random.nextDouble(-0.7, 0.7)), factor);
            assertThat(unpublished.doubt()).isEqualTo(1);
            for (int i = 0; i < 50; i++) {
                serve(truth, random, random.nextInt(20) == 0 ? 10 : 1, unpublished);
            }
            boolean knows =
                    median(unpublished.rates(), truth, true) < 0.25 && median(unpublished.rates(), truth, false) < 0.25;
            known += knows ? 1 : 0;
        }
        assertThat(known).as("of 100 kinds of hardware").isGreaterThanOrEqualTo(90);
    }

    /// The noise of a busy CPU: times vary threefold either way.
    @ParameterizedTest
    @MethodSource("seeds")
    void saysHowWrongItIsWhereTimesAreNoise(long seed) {
        RateLearner unpublished = new RateLearner(UNKNOWN, prior, false);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            serve(prior, random, Math.exp(1.1 * random.nextGaussian()), unpublished);
        }
        assertThat(unpublished.firstTokenError()).isBetween(0.3, 2.0);
        assertThat(unpublished.stepError()).isBetween(0.3, 2.0);
        assertThat(unpublished.rates().stepMillis(10, 5_000))
                .isBetween(prior.stepMillis(10, 5_000) / 3, prior.stepMillis(10, 5_000) * 3);
    }

    @Test
    void startsFromWhatWasPublished() {
        assertThat(learner.rates()).isEqualTo(prior);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void findsAnyHardwareAfter200RequestsInSpiteOfOutliers(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double prefill = Math.exp(random.nextDouble(-2, 2.5));
        Rates truth = scaled(prior, prefill, prefill * Math.exp(random.nextDouble(-0.7, 0.7)));
        for (int i = 0; i < 200; i++) {
            serve(truth, random, random.nextInt(20) == 0 ? 10 : 1);
        }
        assertKnows(truth, seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void followsASwapUnderTheSameNameWithin60Requests(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double factor = random.nextBoolean() ? 3 : 1 / 3.0;
        for (int i = 0; i < 2_000; i++) {
            serve(prior, random, random.nextInt(20) == 0 ? 10 : 1);
        }
        assertKnows(prior, seed);
        Rates truth = scaled(prior, factor, factor);
        for (int i = 0; i < 60; i++) {
            serve(truth, random, random.nextInt(20) == 0 ? 10 : 1);
        }
        assertKnows(truth, seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void followsASlowDriftToo(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            double slowness = 1 + i / 2_000.0;
            serve(scaled(prior, slowness, slowness), random, 1);
        }
        assertKnows(scaled(prior, 1.5, 1.5), seed);
    }

    /// Only short prompts and small batches are seen: of long and large ones, the published shape is kept.
    @ParameterizedTest
    @MethodSource("seeds")
    void farFromWhatWasObservedThePublishedShapeRulesScaled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Rates truth = scaled(prior, 2, 2);
        for (int i = 0; i < 500; i++) {
            double tokens = random.nextInt(100, 500);
            observe(new Observation.FirstToken(
                    truth.prefillMillis(tokens, 0) * noise(random, 0.08) + HOST, tokens, 0, 0, 0, 0));
            double batch = random.nextInt(1, 4);
            double context = batch * random.nextInt(100, 500);
            observe(new Observation.Decode(
                    100 * truth.stepMillis(batch, context) * noise(random, 0.08), 100, batch, context, 0, 0));
        }
        Rates learned = learner.rates();
        assertThat(learned.prefillMillis(100_000, 0) / prior.prefillMillis(100_000, 0))
                .as("seed %d: %s", seed, learned)
                .isBetween(1.0, 3.0);
        assertThat(learned.stepMillis(200, 400_000) / prior.stepMillis(200, 400_000))
                .as("seed %d: %s", seed, learned)
                .isBetween(1.0, 3.0);
    }

    @Test
    void prefillIsLearnedFromAnswersThatOthersPrefillsInterruptToo() {
        SplittableRandom random = new SplittableRandom(1);
        Rates truth = scaled(prior, 2, 2);
        for (int i = 0; i < 200; i++) {
            double batch = random.nextInt(1, 30);
            double context = batch * 600;
            double tokens = random.nextInt(1_000, 20_000);
            double squares = tokens * 2_000;
            double millis = 100 * truth.stepMillis(batch, context)
                    + truth.prefill().p1() * tokens
                    + truth.prefill().p2() * squares * 1e-6;
            observe(new Observation.Decode(millis * noise(random, 0.05), 100, batch, context, tokens, squares));
        }
        assertThat(learner.rates().prefillMillis(2_000, 0))
                .isCloseTo(truth.prefillMillis(2_000, 0), Percentage.withPercentage(15));
        assertThat(learner.stepError()).isLessThan(0.1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nonsenseDoesNotBreakIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            double millis = Math.exp(random.nextDouble(-20, 20)) * (random.nextInt(10) == 0 ? -1 : 1);
            double tokens = random.nextDouble(0, 1e6);
            observe(new Observation.FirstToken(
                    millis, tokens, tokens * random.nextDouble(), 0, random.nextInt(3), 1e5));
            observe(new Observation.Decode(random.nextInt(5) == 0 ? Double.NaN : millis, 8, 1, 0, 1e6, 1e12));
        }
        for (int i = 0; i < 600; i++) {
            serve(prior, random, 1);
        }
        assertThat(median(learner.rates(), prior, true))
                .as("prefill, seed %d", seed)
                .isLessThan(0.5);
        assertThat(median(learner.rates(), prior, false))
                .as("step, seed %d", seed)
                .isLessThan(0.15);
    }

    @Test
    void threadsMayObserveAtOnceAndEachObservationIsAccountedFor() throws InterruptedException {
        int each = 20_000;
        CountDownLatch start = new CountDownLatch(1);
        Thread[] threads = IntStream.range(0, 4)
                .mapToObj(number -> Thread.ofPlatform().start(() -> {
                    awaitQuietly(start);
                    for (int i = 0; i < each; i++) {
                        learner.observe(new Observation.Decode(100 * prior.stepMillis(4, 4_000), 100, 4, 4_000, 0, 0));
                    }
                }))
                .toArray(Thread[]::new);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(learner.learned() + learner.rejected() + learner.dropped()).isEqualTo(4L * each);
        assertThat(learner.learned()).isPositive();
        assertThat(learner.rates().stepMillis(4, 4_000)).isCloseTo(prior.stepMillis(4, 4_000), within(1e-6));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aKindOfHardwareIsToldOfOnce() {
        List<RateLearner> told = new ArrayList<>();
        RateBook book = new RateBook(told::add);
        book.of(UNKNOWN);
        for (int i = 0; i < 3; i++) {
            book.observe(UNKNOWN, new Observation.Decode(100 * 2 * prior.stepMillis(1, 100), 100, 1, 100, 0, 0));
        }
        assertThat(told).hasSize(1);
        assertThat(book.learners()).isEqualTo(told);
        assertThat(book.of(UNKNOWN).stepMillis(1, 100)).isGreaterThan(1.5 * prior.stepMillis(1, 100));
    }
}
