package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.PolicyKind;

/// A way to compare endpoints for a request: what they cost, where less is better.
public sealed interface Policy permits CostPolicy, WeightedPolicy, LeastRequestPolicy, RoundRobinPolicy, RandomPolicy {
    PolicyKind kind();

    /// Writes the parts of the price of each endpoint on the list.
    void price(SchedulingInput input, PriceList prices);

    /// Passes over endpoints that a bound forbids, whatever their price; at least one stays.
    ///
    /// @param prices summed up
    default void bound(SchedulingInput input, PriceList prices) {}

    /// The distance from the best at which a price still counts as equal to it.
    ///
    /// @param position of the endpoint with the best price
    default float tolerance(SchedulingInput input, int position, float best) {
        return 0;
    }

    /// The price above the best at which the endpoint of the request's session still serves it, in the
    /// policy's unit. Policies whose prices say nothing of an endpoint's load keep every session.
    ///
    /// @param position of the endpoint that served the session
    default float leeway(SchedulingInput input, int position, float best) {
        return Float.POSITIVE_INFINITY;
    }

    /// The lateness that is foreseen for the first token at the endpoint where it would be soonest, in
    /// milliseconds: 0 for policies that foresee nothing.
    default double lateMillis(SchedulingInput input, PriceList prices) {
        return 0;
    }

    static Policy of(PolicyKind kind) {
        return switch (kind) {
            case COST -> new CostPolicy();
            case WEIGHTED -> new WeightedPolicy();
            case LEAST_REQUEST -> new LeastRequestPolicy();
            case ROUND_ROBIN -> new RoundRobinPolicy();
            case RANDOM -> new RandomPolicy();
        };
    }
}
