package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;
import java.util.SplittableRandom;

/// Of two servers drawn at random, the one with fewer requests in flight (Mitzenmacher, 2001).
final class PowerOfTwo implements Chooser {
    private final SplittableRandom random;

    PowerOfTwo(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public int choose(Sight sight, Arrival request) {
        int one = random.nextInt(sight.servers());
        int other = random.nextInt(sight.servers());
        return sight.inFlight(other) < sight.inFlight(one) ? other : one;
    }
}
