package dev.sluice.picker.pricing;

import dev.sluice.picker.identity.ModelName;
import org.jspecify.annotations.Nullable;

/// The cost of a request to an engine, whichever endpoint it is placed on.
///
/// @param adapter the LoRA adapter that must be loaded, or null
/// @param prompt tokens
/// @param held how many of them the endpoint has cached that has most
/// @param output tokens, as expected
/// @param left milliseconds until its first token is due; infinite without such an objective
/// @param tpot milliseconds that each further token may take; infinite without such an objective
public record RequestCost(
        @Nullable ModelName adapter, double prompt, double held, double output, double left, double tpot) {
    /// The share of the prompt that no endpoint holds.
    public double newShare() {
        return prompt > 0 ? 1 - held / prompt : 0;
    }

    public boolean hasObjectives() {
        return left < Double.POSITIVE_INFINITY || tpot < Double.POSITIVE_INFINITY;
    }
}
