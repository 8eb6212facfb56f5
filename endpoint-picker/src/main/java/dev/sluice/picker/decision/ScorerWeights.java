package dev.sluice.picker.decision;

/// Weights say how much each of upstream's scorers counts in the sum; a scorer of weight 0 is not asked.
public record ScorerWeights(float queue, float kvCache, float prefix) {
    /// The weights of upstream's picker without configuration.
    public static final ScorerWeights DEFAULT = new ScorerWeights(2, 2, 3);

    public ScorerWeights {
        if (!(queue >= 0 && kvCache >= 0 && prefix >= 0)) {
            throw new IllegalArgumentException(
                    "weights must not be negative: " + queue + ", " + kvCache + ", " + prefix);
        }
    }
}
