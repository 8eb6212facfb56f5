package dev.sluice.simulator.api;

/// The tokens of a finished request.
///
/// @param cached prompt tokens that the prefix cache held
public record Usage(int prompt, int completion, int cached) {

    int total() {
        return prompt + completion;
    }

    String openAi() {
        return "{\"prompt_tokens\":" + prompt + ",\"total_tokens\":" + total() + ",\"completion_tokens\":" + completion
                + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}}";
    }
}
