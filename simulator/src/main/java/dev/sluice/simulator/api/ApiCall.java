package dev.sluice.simulator.api;

import dev.sluice.simulator.tokens.TokenStream;
import org.jspecify.annotations.Nullable;

/// A valid request: its tokens, how many to generate, and how to word the answer.
///
/// @param adapter the LoRA adapter asked for, or null for the base model
public record ApiCall(TokenStream tokens, @Nullable String adapter, Output output, boolean stream, Dialect dialect) {

    /// The length of the answer, and why it ends there.
    ///
    /// @param tokens exactly as many are generated
    /// @param maxTokens the limit that the request set, or what is left of the model's length
    /// @param finishReason `stop` or `length`
    public record Output(int tokens, int maxTokens, String finishReason) {}
}
