package dev.sluice.picker.settings;

import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.ScorerWeights;

/// How the endpoints of a pool are compared.
///
/// @param weights of the scorers, where [PolicyKind#WEIGHTED] compares
public record PolicySettings(PolicyKind kind, ScorerWeights weights) {
    public static final PolicySettings DEFAULT = of(PolicyKind.COST);

    /// A policy with upstream's weights.
    public static PolicySettings of(PolicyKind kind) {
        return new PolicySettings(kind, ScorerWeights.DEFAULT);
    }
}
