package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/// A network port by its number.
public record Port(
        @Required @Min(1) @Max(65535) @JsonPropertyDescription("The port's number, 1 to 65535.")
        int number) {}
