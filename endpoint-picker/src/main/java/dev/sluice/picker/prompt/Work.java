package dev.sluice.picker.prompt;

import dev.sluice.picker.identity.ModelName;
import org.jspecify.annotations.Nullable;

/// The work that a request asks of an engine, as far as the picker can see.
public sealed interface Work {
    /// The model that it names, or null where none is seen.
    @Nullable
    ModelName model();

    /// A request whose body was read: it can be priced.
    ///
    /// @param cacheSalt what keeps this request's cached prefixes apart from others'
    /// @param maxTokens the output limit the client set, or 0 when it set none
    record Prompted(
            ModelName model, PromptPrefix prompt, @Nullable String cacheSalt, long maxTokens, boolean stream)
            implements Work {}

    /// A request without a price, placed by load alone: it passes unread (a GET, a body mode that hides the body), or
    /// nothing but its model is read (audio, images, token counts).
    record Opaque(@Nullable ModelName model) implements Work {
        /// Work that is not seen at all.
        public Opaque() {
            this(null);
        }
    }
}
