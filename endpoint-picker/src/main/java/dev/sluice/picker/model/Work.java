package dev.sluice.picker.model;

import org.jspecify.annotations.Nullable;

/// What a request asks of an engine, as far as the picker can see.
public sealed interface Work {
    /// A request whose body was read: it can be priced.
    ///
    /// @param cacheSalt what keeps this request's cached prefixes apart from others'
    /// @param maxTokens the output limit the client set, or 0 when it set none
    record Prompted(
            ModelName model, PromptPrefix prompt, @Nullable String cacheSalt, long maxTokens, boolean stream)
            implements Work {}

    /// A request that passes through unread (a GET, audio, a body mode that hides the body): placed by load alone.
    record Opaque() implements Work {}
}
