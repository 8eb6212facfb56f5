package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.LATE_WEIGHT;
import static dev.sluice.picker.constants.PriceConstants.NEAR;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.TpotTargets;

/// The cost of missed latency objectives: the request's own, and the objectives of requests that run there.
///
/// ```
/// objective = 4 · (time beyond 0.8 · its objective, to the first token and for each further token)
///           + pressed · (stall · needed + m · marginal step)                                   [ms]
/// ```
///
/// *pressed* counts running requests with an objective per token, each from 0 where it is predicted to be met
/// with a fifth to spare, to 1 where it is not. Without objectives the part is 0.
public final class ObjectivePart {
    private ObjectivePart() {}

    /// @param cached tokens of the prompt that the endpoint holds
    /// @param first milliseconds until the request's first token
    /// @param each milliseconds from one token to the next
    /// @param targets objectives per token of the requests that run there
    public static double millis(
            RequestCost request, Rates rates, double cached, double first, double each, TpotTargets targets) {
        double late = LATE_WEIGHT * lateMillis(request, first, each);
        return targets.isEmpty() ? late : late + delayedMillis(request, rates, cached) * pressed(targets, each);
    }

    private static double lateMillis(RequestCost request, double first, double each) {
        double late =
                request.left() < Double.POSITIVE_INFINITY ? Math.max(0, first - NEAR * Math.max(0, request.left())) : 0;
        return late
                + (request.tpot() < Double.POSITIVE_INFINITY
                        ? request.output() * Math.max(0, each - NEAR * request.tpot())
                        : 0);
    }

    /// The loss of each running request by the placement.
    private static double delayedMillis(RequestCost request, Rates rates, double cached) {
        double needed = rates.prefillMillis(request.prompt(), Math.max(cached, request.held()));
        return rates.stallMillis(needed) + request.output() * rates.marginalStepMillis(request.prompt());
    }

    /// Running requests whose objective per token leaves no time to give away.
    private static double pressed(TpotTargets tpotTargets, double each) {
        double pressed = 0;
        for (int step = 0; step < TpotTargets.STEPS; step++) {
            int count = tpotTargets.count(step);
            if (count > 0) {
                pressed += count * Math.clamp((each / TpotTargets.millis(step) - NEAR) / (1 - NEAR), 0, 1);
            }
        }
        return pressed;
    }
}
