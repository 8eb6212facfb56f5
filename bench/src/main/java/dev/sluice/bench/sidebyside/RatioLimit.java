package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.Markdown;
import dev.sluice.bench.rig.RoundsRange;
import java.util.Optional;

/// A limit to one contender's figure, in multiples of another's.
///
/// @param paced at a given rate, or as fast as each goes
record RatioLimit(Work work, boolean paced, CostFigure figure, String contender, String against, Threshold threshold) {

    /// A limit, and on which side of it a ratio is well.
    record Threshold(Sense sense, double limit) {

        boolean holds(double ratio) {
            return switch (sense) {
                case AT_MOST -> ratio <= limit;
                case AT_LEAST -> ratio >= limit;
            };
        }

        @Override
        public String toString() {
            return sense + " " + Markdown.number(limit);
        }
    }

    /// On which side of the limit it is well.
    enum Sense {
        AT_MOST("≤"),
        AT_LEAST("≥");

        private final String sign;

        Sense(String sign) {
            this.sign = sign;
        }

        @Override
        public String toString() {
            return sign;
        }
    }

    static RatioLimit atMost(Work work, CostFigure figure, String contender, double limit, String against) {
        return new RatioLimit(work, false, figure, contender, against, new Threshold(Sense.AT_MOST, limit));
    }

    static RatioLimit atLeast(Work work, CostFigure figure, String contender, double limit, String against) {
        return new RatioLimit(work, false, figure, contender, against, new Threshold(Sense.AT_LEAST, limit));
    }

    RatioLimit whenPaced() {
        return new RatioLimit(work, true, figure, contender, against, threshold);
    }

    /// Empty where one of the two was not measured, or answered nothing.
    Optional<RoundsRange> measured(CostResults results) {
        CostResults turns = results.of(work, paced);
        return turns.of(contender).ratio(figure, turns.of(against));
    }

    /// The lowest ratio that the rounds allow: within one of them, or of the lowest round of each. What disturbs a
    /// machine only adds to what a request costs, and it may leave one contender's lowest round alone.
    Optional<Double> lowest(CostResults results) {
        CostResults turns = results.of(work, paced);
        Optional<RoundsRange> other = turns.of(against).spread(figure);
        return measured(results)
                .flatMap(within -> turns.of(contender)
                        .spread(figure)
                        .flatMap(own -> other.map(each -> Math.min(within.min(), own.min() / each.min()))));
    }

    /// The violation of a ratio, if there is any.
    Optional<String> violation(double ratio) {
        return holds(ratio) ? Optional.empty() : Optional.of(this + ", and it was " + Markdown.number(ratio));
    }

    boolean holds(double ratio) {
        return threshold.holds(ratio);
    }

    @Override
    public String toString() {
        return "%s%s: %s of %s %s × %s".formatted(work, paced ? ", paced" : "", figure, contender, threshold, against);
    }
}
