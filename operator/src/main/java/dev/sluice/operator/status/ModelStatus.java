package dev.sluice.operator.status;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.PoolRef;
import dev.sluice.api.v1alpha1.ResponseProcessing;
import dev.sluice.operator.resolve.Policies;
import java.util.List;
import java.util.stream.Collectors;

/// What an InferenceModel's owner should know.
public final class ModelStatus {
    /// Answers carry the model name that the client sent.
    static final String RESPONSES_RENAMED = "ResponsesRenamed";

    private ModelStatus() {}

    /// @param policies those of the model's namespace
    public static List<Finding> of(InferenceModel model, Policies policies) {
        return List.of(responsesRenamed(model, policies));
    }

    /// Where only the headers of answers pass the picker, nobody puts the client's name back.
    private static Finding responsesRenamed(InferenceModel model, Policies policies) {
        String requested = model.getSpec().modelName();
        String renamedTo = model.getSpec().targets().stream()
                .map(ModelTarget::modelName)
                .filter(name -> !requested.equals(name))
                .distinct()
                .collect(Collectors.joining(", "));
        String unread = model.getSpec().poolRefs().stream()
                .map(PoolRef::name)
                .filter(pool ->
                        policies.of(model.getMetadata().getNamespace(), pool).responseProcessing()
                                == ResponseProcessing.HEADERS)
                .collect(Collectors.joining(", "));
        if (renamedTo.isEmpty()) {
            return new Finding(RESPONSES_RENAMED, true, "SameName", "the servers run the model under its own name");
        }
        if (unread.isEmpty()) {
            return new Finding(RESPONSES_RENAMED, true, "ResponsesRead", "answers name the model " + requested);
        }
        return new Finding(
                RESPONSES_RENAMED,
                false,
                "HeadersOnly",
                "answers from %s name the model as its servers do (%s), not %s: the pool's policy has responseProcessing: Headers"
                        .formatted(unread, renamedTo, requested));
    }
}
