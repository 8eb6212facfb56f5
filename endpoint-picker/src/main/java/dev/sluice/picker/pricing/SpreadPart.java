package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.SHARED_EXPONENT;
import static dev.sluice.picker.constants.PriceConstants.SHARED_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.SPREAD_WEIGHT;

/// The spread is the later work that a new prompt brings, where prompts repeat: its requests stay with the prefix.
///
/// ```
/// alone:       spread = 8 · reuse · (1 − h*/n) · (recent − least), at most reuse · (1 − h*/n) · prefill [ms]
/// R replicas:  spread = 100 · reuse^1.5 · (1 − h*/n) · (R−1)/R · prefill, at most R · prefill           [ms]
/// ```
///
/// *reuse* is the share of all recent tokens that were held, *recent* the prefill work of new prompts placed on
/// the endpoint lately, *least* the pool's least of it. The bound is what the part can save: a later request
/// that finds the prompt at a less busy endpoint saves one prefill of it, and *reuse* is how likely such a
/// request is. Example: a new prompt of 100 ms where 36 % of tokens are held never goes where it waits 36 ms
/// longer.
public final class SpreadPart {
    private SpreadPart() {}

    /// The part for a picker without replicas.
    ///
    /// @param likely reuse · (1 − h*/n)
    /// @param more recent − least, in milliseconds
    public static float alone(double likely, float more, float prefill) {
        return Math.min((float) likely * prefill, (float) (SPREAD_WEIGHT * likely) * more);
    }

    /// The prefills that an endpoint costs more than the endpoint that all replicas prefer.
    public static float amongReplicas(double reuse, double newShare, int replicas) {
        double agreeing = SHARED_WEIGHT * Math.pow(reuse, SHARED_EXPONENT) * newShare * (replicas - 1) / replicas;
        return (float) Math.min(agreeing, replicas);
    }
}
