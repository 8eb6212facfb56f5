package dev.sluice.lab.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The kind of an engine decides how it computes the requests that it runs.
public enum EngineKind {
    /// All in one step, as vLLM: a prompt's next piece beside the others' next tokens.
    @JsonProperty("chunked-prefill")
    CHUNKED_PREFILL,

    /// Each for itself, as llm-d-inference-sim, and all the slower the more they are.
    @JsonProperty("parallel-prefill")
    PARALLEL_PREFILL
}
