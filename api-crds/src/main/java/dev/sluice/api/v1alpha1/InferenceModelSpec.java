package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The spec has what the publisher of a model wants: its name, where it runs, and how its requests are
/// treated.
public record InferenceModelSpec(
        @Required
        @Size(min = 1, max = 256)
        @JsonPropertyDescription(
                "The name that clients put in the \"model\" field of their requests. Where several InferenceModels of "
                        + "a pool have the same name, the oldest keeps it and the others are not accepted.")
        String modelName,

        @Required @Size(min = 1, max = 16) @JsonPropertyDescription("The pools of this namespace that serve the model.")
        List<PoolRef> poolRefs,

        @Size(max = 16)
        @JsonPropertyDescription("The models that the servers run, among which requests are divided by weight: a "
                + "canary, an A/B test, LoRA adapters. When absent, servers run the model under modelName.")
        List<ModelTarget> targets,

        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The InferencePriorityClass of requests to this model. When absent, the class marked "
                + "as default, or priority 0 when there is none.")
        @Nullable
        String priorityClassName,

        @JsonPropertyDescription("Keeps the requests of one session on one endpoint. When absent, each request is "
                + "placed by itself.")
        @Nullable
        SessionAffinity sessionAffinity,

        @JsonPropertyDescription("The latencies that requests to this model should see. They raise the price of "
                + "endpoints that would miss them. A sheddable request that would be late is refused with 429.")
        @Nullable
        Objectives objectives,

        @Default("1")
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
                "The share of this model when requests of equal priority wait: a model of weight 2 gets twice the "
                        + "tokens of a model of weight 1. The default is 1.")
        Integer fairnessWeight,

        @JsonPropertyDescription(
                "How prompts become tokens. In pools that follow KV events, the picker then knows exactly what each "
                        + "endpoint has cached of this model's prompts; when absent, approximately.")
        @Nullable
        Tokenizer tokenizer) {

    public InferenceModelSpec {
        poolRefs = poolRefs == null ? List.of() : List.copyOf(poolRefs);
        targets = targets == null ? List.of() : List.copyOf(targets);
        fairnessWeight = Objects.requireNonNullElse(fairnessWeight, 1);
    }
}
