package dev.sluice.bench.placement.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Prompts of groups: each group's begin with the same long text and end with a short one of their own.
///
/// @param rate requests per second; they arrive at random (Poisson)
record SharedPrefixes(int groups, int prefixTokens, int ownTokens, int outputTokens, double rate, int requests) {
    private static final long SEED = 17;
    /// Numbers of texts that no group has.
    private static final long OWN = 1L << 41;

    SharedPrefixes {
        if (groups < 1 || outputTokens < 1 || !(rate > 0)) {
            throw new IllegalArgumentException(
                    "shared prefixes need a group, an output token and a rate above 0; there are %d, %d and %s"
                            .formatted(groups, outputTokens, rate));
        }
    }

    Plan plan() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<PlannedRequest> planned = new ArrayList<>();
        double seconds = 0;
        for (int i = 0; i < requests; i++) {
            Piece prefix = new Piece(random.nextInt(groups), prefixTokens);
            planned.add(new PlannedRequest(
                    i, (long) (seconds * 1e9), List.of(prefix, new Piece(OWN + i, ownTokens)), outputTokens));
            seconds += random.nextExponential() / rate;
        }
        return new Plan("%d shared prefixes at %s requests/s".formatted(groups, rate), planned);
    }
}
