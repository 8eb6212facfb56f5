package dev.sluice.picker.prompt;

import dev.sluice.picker.identity.PoolId;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns prompts into tokens, on threads of its own and in bounded time.
@FunctionalInterface
public interface Tokenization {
    /// Begins to tokenize a prompt; the caller's thread does none of it.
    ///
    /// @param done called once, with the tokens or with null when there are none in time. It may be called
    ///     before this returns, on the caller's own thread, as where too many prompts are being tokenized
    void begin(TokenizerSource how, TokenizablePrompt prompt, Consumer<@Nullable PromptTokens> done);

    /// A request whose prompt is to be tokenized.
    ///
    /// @param bytes of its body
    /// @param body may be asked for on any thread
    record TokenizablePrompt(PoolId pool, Api api, long bytes, Supplier<InputStream> body) {}
}
