package dev.sluice.picker.tokenizing;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.prompt.PromptTokens;
import java.util.concurrent.CompletionStage;

/// The tokenizers of engines, at their `/tokenize`.
@FunctionalInterface
public interface EngineTokenizer {
    /// @param request the JSON that vLLM's `/tokenize` takes
    /// @return the tokens; fails where the pool has no endpoint or its engine does not answer with tokens
    CompletionStage<PromptTokens> tokenize(PoolId pool, byte[] request);
}
