package dev.sluice.picker.choice;

import java.util.List;
import java.util.function.ToIntFunction;

/// Divides requests among choices in proportion to their weights; where all weights are 0, equally.
public final class WeightedChoice {
    /// 1/φ: of all steps around a circle, this one spreads its points most evenly, however many there are.
    private static final double GOLDEN = 0.6180339887498949;

    private WeightedChoice() {}

    /// The choice for request number `number`.
    ///
    /// Of any Σ consecutive requests, where Σ is the sum of the weights without their common divisor, each
    /// choice gets exactly its weight, evenly spread: the requests visit the points 0 … Σ−1 in steps of
    /// Σ/φ, each of them once because the step and Σ have no common divisor. With weights 90 and 10 every
    /// tenth request or so goes to the second choice, and exactly one of any ten.
    public static <T> T inTurn(List<T> choices, ToIntFunction<T> weight, long number) {
        long divisor = 0;
        long sum = 0;
        for (T choice : choices) {
            divisor = commonDivisor(divisor, weight.applyAsInt(choice));
            sum += weight.applyAsInt(choice);
        }
        if (sum == 0) {
            return equally(choices, number);
        }
        long points = sum / divisor;
        long point = Long.remainderUnsigned(Long.remainderUnsigned(number, points) * step(points), points);
        return at(choices, weight, point * divisor);
    }

    /// The choice for a uniformly distributed seed.
    public static <T> T bySeed(List<T> choices, ToIntFunction<T> weight, long seed) {
        long sum = 0;
        for (T choice : choices) {
            sum += weight.applyAsInt(choice);
        }
        return sum == 0 ? equally(choices, seed) : at(choices, weight, Long.remainderUnsigned(seed, sum));
    }

    private static <T> T equally(List<T> choices, long number) {
        return choices.get((int) Long.remainderUnsigned(number, choices.size()));
    }

    /// The choice at a point of the line on which each choice is as long as its weight.
    private static <T> T at(List<T> choices, ToIntFunction<T> weight, long point) {
        long rest = point;
        for (T choice : choices) {
            rest -= weight.applyAsInt(choice);
            if (rest < 0) {
                return choice;
            }
        }
        throw new IllegalStateException("point " + point + " is not below the sum of the weights");
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
}
