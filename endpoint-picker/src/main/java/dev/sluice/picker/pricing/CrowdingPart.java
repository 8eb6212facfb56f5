package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.CROWDING_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.WAITING_WEIGHT;

import dev.sluice.picker.cost.Rates;

/// Crowding is the time that other requests lose by work that some endpoint must do.
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

    /// The loss of running requests by the prefill and by the request's context.
    ///
    /// @param later requests that are expected to run
    /// @param most the request's own prefill and step [ms]
    static double ofRunning(RequestCost request, Rates rates, double later, double needed, double most) {
        double delayed =
                later * (rates.stallMillis(needed) + request.output() * rates.marginalStepMillis(request.prompt()));
        return Math.min(CROWDING_WEIGHT * delayed, most);
    }

    /// The loss of running requests where they share the engine's time with the request.
    static double ofSharing(double sharing, double later, double output, double stepOfOne) {
        return sharing * later * output * stepOfOne;
    }

    /// The loss of waiting requests by the prefill.
    static double ofWaiting(double waiting, double stalled) {
        return WAITING_WEIGHT * waiting * stalled;
    }
}
