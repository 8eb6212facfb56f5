package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The tokenizer turns the prompts of a model into the tokens by which engines cache them.
@ValidationRule(
        value = "has(self.path) != (has(self.engine) && self.engine)",
        message = "a tokenizer needs either path or engine: true")
public record Tokenizer(
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
                "The folder of the picker that has the model's tokenizer.json, for /v1/completions. Chats need "
                        + "engine: true, for only the engine renders its chat template.")
        @Nullable
        String path,

        @Default("false")
        @JsonPropertyDescription(
                "Whether the engine is asked for the tokens, at its /tokenize, of completions and chats. The default "
                        + "is false.")
        Boolean engine,

        @Default("20ms")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The longest wait of a request for its tokens; after it the request is placed by its bytes. The "
                        + "default is 20ms.")
        String timeout) {

    public Tokenizer {
        engine = Objects.requireNonNullElse(engine, false);
        timeout = Objects.requireNonNullElse(timeout, "20ms");
    }
}
