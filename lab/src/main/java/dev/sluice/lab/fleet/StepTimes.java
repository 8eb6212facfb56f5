package dev.sluice.lab.fleet;

import java.util.SplittableRandom;

/// The step times of one server of a fleet: what its silicon drew, and how its steps vary.
final class StepTimes {
    /// No step takes less than this share of its published time, whatever the noise draws.
    private static final double FASTEST = 0.5;

    private final SplittableRandom noise;
    private final double stepNoise;
    private final double slowness;

    StepTimes(Silicon silicon, long seed) {
        this.noise = new SplittableRandom(seed);
        this.stepNoise = silicon.stepNoise();
        this.slowness = silicon.slowness() * (1 + silicon.spread() * (2 * noise.nextDouble() - 1));
    }

    /// Its kernel times in multiples of the published ones, in the mean.
    double slowness() {
        return slowness;
    }

    /// The times of one step.
    double next() {
        return Math.max(FASTEST, 1 + stepNoise * noise.nextGaussian()) * slowness;
    }
}
