package dev.sluice.picker.model;

import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where prompts become tokens: on threads of its own, in bounded time.
@FunctionalInterface
public interface Tokenization {
    /// Begins to tokenize a prompt; the caller's thread does none of it.
    ///
    /// @param done told once, on any thread, and perhaps before this returns: the tokens, or null when there are
    ///     none in time
    void begin(TokenizerSource how, TokenizablePrompt prompt, Consumer<@Nullable PromptTokens> done);

    /// A request whose prompt is to be tokenized.
    ///
    /// @param body may be asked for on any thread
    record TokenizablePrompt(PoolId pool, Api api, Supplier<InputStream> body) {}
}
