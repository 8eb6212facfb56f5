package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.DECODE_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.FREE_SHARE;

/// The time of the request's own answer, weighted.
///
/// ```
/// decode  = (0.2 to 1) · m · step(B)                                                           [ms]
/// sharing = 0 up to where a quarter of step(B) is due to the size of the batch, 1 from where half of it is
/// ```
///
/// m tokens are expected, B requests are expected to run meanwhile. Decoding weighs less than waiting where an
/// engine batches well, and counts in full where its requests share its time: the weight is the larger of 0.2
/// and *sharing*.
final class DecodePart {
    private DecodePart() {}

    static double millis(double sharing, double output, double laterStep) {
        return Math.max(DECODE_WEIGHT, sharing) * output * laterStep;
    }

    /// The degree to which an engine's requests share its time instead of being computed together. Where they
    /// do, each request makes the others slower by what it takes, and the engine with fewest requests is the
    /// fastest.
    ///
    /// @param batchShare share of a step that is due to the size of the batch
    static double sharing(double batchShare) {
        return Math.clamp((batchShare - FREE_SHARE) / FREE_SHARE, 0, 1);
    }
}
