package dev.sluice.picker.routing;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.prompt.Tokenization;

/// The body of a request, should its prompt have to become tokens.
@FunctionalInterface
public interface PromptBody {
    /// The body of a request whose prompt is not read.
    PromptBody UNREAD = _ -> {
        throw new IllegalStateException("a body that is not read has no prompt");
    };

    /// The prompt as a tokenizer takes it; other threads may read it while the request goes on.
    ///
    /// @param pool whose engines may be asked
    Tokenization.TokenizablePrompt tokenizable(PoolId pool);
}
