package dev.sluice.picker.model;

/// How much each of upstream's scorers counts in its weighted sum; 0 for one that is not asked.
public record ScorerWeights(float queue, float kvCache, float prefix) {
    /// What upstream's picker has when it is not configured.
    public static final ScorerWeights DEFAULT = new ScorerWeights(2, 2, 3);

    public ScorerWeights {
        if (!(queue >= 0 && kvCache >= 0 && prefix >= 0)) {
            throw new IllegalArgumentException(
                    "weights must not be negative: " + queue + ", " + kvCache + ", " + prefix);
        }
    }
}
