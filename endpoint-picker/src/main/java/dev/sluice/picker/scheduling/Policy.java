package dev.sluice.picker.scheduling;

import dev.sluice.picker.model.PolicyKind;

/// A way to compare endpoints for a request.
public sealed interface Policy permits CostPolicy, WeightedPolicy, LeastRequestPolicy, RoundRobinPolicy, RandomPolicy {
    PolicyKind kind();

    /// Prepares the comparison of a situation's endpoints.
    ///
    /// @param admitted the positions in the pool's snapshot that may be chosen, in ascending order
    Pricing price(Situation situation, int[] admitted);

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
