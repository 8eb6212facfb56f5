package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.BUSY_PERIOD;

/// Scarcity is the time that other requests lose by work that another endpoint has done already.
///
/// ```
/// scarcity = (B + 16 · w) · stall · (prefill − needed)                                         [ms]
/// ```
///
/// Such work takes capacity from the pool and evicts another prefix, so it counts in full for each of the B
/// running requests. For each of the w waiting requests it counts 16 times: requests arrive before a queue has
/// drained, and all of them wait longer. Otherwise requests that minimise their own wait leave the endpoint
/// that holds their prefix, every endpoint computes every prefix, and all wait longer. An idle endpoint loses
/// nothing, so new endpoints get work.
final class ScarcityPart {
    private ScarcityPart() {}

    /// @param stalled what each running request loses by the wasted prefill [ms]
    static double millis(double later, double waiting, double stalled) {
        return (later + BUSY_PERIOD * waiting) * stalled;
    }
}
