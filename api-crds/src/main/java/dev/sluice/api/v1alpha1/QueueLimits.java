package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/// The limits of requests that wait; an absent one has its default.
public record QueueLimits(
        @Nullable @Min(0) @Max(1_000_000) @JsonPropertyDescription("The greatest number of requests that wait at once.")
        Integer maxRequests,

        @Nullable @Min(0) @Max(4_096) @JsonPropertyDescription("The greatest size of their bodies together, in MiB.")
        Integer maxMebibytes) {}
