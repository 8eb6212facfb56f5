package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Pattern;
import org.jspecify.annotations.Nullable;

/// The latencies that the requests of a model should see.
public record Objectives(
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The longest time from the request to its first token, such as 500ms. No objective when absent.")
        @Nullable
        String timeToFirstToken,

        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The longest mean time between two tokens of one response, such as 30ms. No objective when absent.")
        @Nullable
        String timePerOutputToken) {}
