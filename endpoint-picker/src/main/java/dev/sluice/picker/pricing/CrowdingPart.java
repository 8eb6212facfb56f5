package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.CROWDING_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.WAITING_WEIGHT;

import dev.sluice.picker.cost.Rates;

/// What other requests lose by work that some endpoint must do.
///
/// ```
/// crowding = 0.01 · B · (stall · needed + m · marginal step), at most prefill + step
///          + sharing · B · m · d1
///          + 0.5 · w · stall · needed                                                           [ms]
/// ```
///
/// B requests are expected to run at the endpoint and w wait; *needed* is the prefill with all cached that any
/// endpoint holds. Such work is only moved from one batch to another. Its weight is small, or long prompts
/// would be exiled to few endpoints.
final class CrowdingPart {
    private CrowdingPart() {}

    static double millis(PlacementForecast forecast) {
        Rates rates = forecast.rates();
        RequestCost request = forecast.request();
        double later = forecast.load().laterRequests();
        double stalled = rates.stallMillis(forecast.needed());
        double delayed = later * (stalled + request.output() * rates.marginalStepMillis(request.prompt()));
        return Math.min(CROWDING_WEIGHT * delayed, forecast.prefill() + forecast.step())
                + forecast.sharing() * later * request.output() * rates.marginalStepMillis(0)
                + WAITING_WEIGHT * forecast.waiting() * stalled;
    }
}
