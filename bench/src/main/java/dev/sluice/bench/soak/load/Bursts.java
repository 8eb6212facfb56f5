package dev.sluice.bench.soak.load;

import java.util.SplittableRandom;

/// The times of overload: some seconds of it in every minute or so, in an order that the seed decides.
final class Bursts {
    private static final double LEAST_PAUSE = 35;
    private static final double MOST_PAUSE = 75;
    private static final double SHORTEST = 5;
    private static final double LONGEST = 12;

    private final SplittableRandom random;
    private double begin;
    private double end;

    Bursts(long seed) {
        random = new SplittableRandom(seed);
        next();
    }

    /// Tells whether a moment lies within a burst; moments come in order.
    boolean includes(double seconds) {
        while (seconds >= end) {
            next();
        }
        return seconds >= begin;
    }

    private void next() {
        begin = end + random.nextDouble(LEAST_PAUSE, MOST_PAUSE);
        end = begin + random.nextDouble(SHORTEST, LONGEST);
    }
}
