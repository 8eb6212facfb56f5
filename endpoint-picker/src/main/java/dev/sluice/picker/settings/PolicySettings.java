package dev.sluice.picker.settings;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.ScorerWeights;

/// The policy that compares the endpoints of a pool.
///
/// @param weights of the scorers, where [PolicyKind#WEIGHTED] compares
public record PolicySettings(PolicyKind kind, ScorerWeights weights) {
    public static final PolicySettings DEFAULT = of(PolicyKind.COST);

    /// A policy with upstream's weights.
    public static PolicySettings of(PolicyKind kind) {
        return new PolicySettings(kind, ScorerWeights.DEFAULT);
    }
}
