package dev.sluice.picker.routing.target;

import dev.sluice.picker.scheduling.Hashing;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/// Divides requests among choices in proportion to their weights; where all weights are 0, equally.
final class Shares {
    /// 1/φ: of all steps around a circle, this one spreads its points most evenly, however many there are.
    private static final double GOLDEN = 0.6180339887498949;

    private static final long GOLDEN_BITS = 0x9E3779B97F4A7C15L;

    /// A choice with a share of one in a thousand is found in so many draws but for one time in sixty.
    private static final int MOST_DRAWS = 1 << 12;

    private Shares() {}

    /// The choice for request number `number`.
    ///
    /// Of any Σ consecutive requests, where Σ is the sum of the weights without their common divisor, each choice
    /// gets exactly its weight, and gets them evenly spread: the requests visit the points 0 … Σ−1 in steps of Σ/φ,
    /// each of them once because the step and Σ have no common divisor.
    static <T> T inTurn(List<T> choices, ToIntFunction<T> weight, long number) {
        long divisor = 0;
        long sum = 0;
        for (T choice : choices) {
            divisor = commonDivisor(divisor, weight.applyAsInt(choice));
            sum += weight.applyAsInt(choice);
        }
        if (sum == 0) {
            return choices.get((int) Long.remainderUnsigned(number, choices.size()));
        }
        long points = sum / divisor;
        long point = Long.remainderUnsigned(Long.remainderUnsigned(number, points) * step(points), points);
        for (T choice : choices) {
            point -= weight.applyAsInt(choice) / divisor;
            if (point < 0) {
                return choice;
            }
        }
        throw new IllegalStateException("unreachable: the point lies below the sum of the weights");
    }

    private static long step(long points) {
        long step = Math.max(1, Math.round(points * GOLDEN));
        while (commonDivisor(step, points) != 1) {
            step++;
        }
        return step;
    }

    private static long commonDivisor(long one, long other) {
        long divisor = one;
        long rest = other;
        while (rest != 0) {
            long next = divisor % rest;
            divisor = rest;
            rest = next;
        }
        return divisor;
    }

    /// The choice of a session: the same one each time, and while only one weight grows, the same one or that.
    ///
    /// Weighted rendezvous hashing: each choice has an exponentially distributed score whose rate is its
    /// weight, and the lowest wins.
    ///
    /// @param identity what tells a choice from the others, whatever their order
    static <T> T bySession(List<T> choices, ToIntFunction<T> weight, ToLongFunction<T> identity, long session) {
        boolean equal = true;
        for (T choice : choices) {
            equal &= weight.applyAsInt(choice) == 0;
        }
        T winner = choices.getFirst();
        double lowest = Double.POSITIVE_INFINITY;
        for (T choice : choices) {
            int rate = equal ? 1 : weight.applyAsInt(choice);
            double score = score(session ^ Hashing.mix(identity.applyAsLong(choice))) / rate;
            if (score < lowest) {
                winner = choice;
                lowest = score;
            }
        }
        return winner;
    }

    /// Exponentially distributed; the same on every machine, or replicas would not agree.
    private static double score(long seed) {
        return -StrictMath.log(((Hashing.mix(seed) >>> 11) + 0.5) * 0x1.0p-53);
    }

    /// The id of a new session that gets this choice: so sessions too begin in exact shares.
    ///
    /// @param seed uniformly distributed
    static <T> long sessionFor(
            T wanted, List<T> choices, ToIntFunction<T> weight, ToLongFunction<T> identity, long seed) {
        long id = seed;
        for (int choice = 0; choice < MOST_DRAWS; choice++) {
            id = Hashing.mix(seed + choice * GOLDEN_BITS);
            if (bySession(choices, weight, identity, id).equals(wanted)) {
                return id;
            }
        }
        return id;
    }
}
