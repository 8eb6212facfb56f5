package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.BUSY_PERIOD;

/// What other requests lose by work that another endpoint has done already.
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

    static double millis(PlacementForecast forecast) {
        double wasted = forecast.prefill() - forecast.needed();
        return (forecast.load().laterRequests() + BUSY_PERIOD * forecast.waiting())
                * forecast.rates().stallMillis(wasted);
    }
}
