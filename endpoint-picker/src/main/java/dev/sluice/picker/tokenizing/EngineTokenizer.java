package dev.sluice.picker.tokenizing;

import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import java.util.concurrent.CompletionStage;

/// An engine's own tokenizer, at its `/tokenize`.
@FunctionalInterface
public interface EngineTokenizer {
    /// @param request the JSON that vLLM's `/tokenize` takes
    /// @return fails where no engine of the pool answers as it should
    CompletionStage<PromptTokens> tokenize(PoolId pool, byte[] request);
}
