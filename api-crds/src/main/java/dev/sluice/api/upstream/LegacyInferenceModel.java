package dev.sluice.api.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Upstream's InferenceModel, which it replaced by InferenceObjective and InferenceModelRewrite.
@Group("inference.networking.x-k8s.io")
@Version("v1alpha2")
@Kind("InferenceModel")
@Plural("inferencemodels")
public class LegacyInferenceModel extends CustomResource<LegacyInferenceModel.LegacyInferenceModelSpec, Void>
        implements Namespaced {
    /// @param modelName what clients send
    /// @param criticality `Critical`, `Standard` or `Sheddable`; null is `Standard`
    /// @param targetModels what it is served as; empty when that is the same
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LegacyInferenceModelSpec(
            String modelName,
            LegacyPoolRef poolRef,
            List<LegacyTarget> targetModels,
            @Nullable String criticality) {
        public LegacyInferenceModelSpec {
            targetModels = targetModels == null ? List.of() : List.copyOf(targetModels);
        }
    }

    /// @param weight null for all targets or for none
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LegacyTarget(String name, @Nullable Integer weight) {}
}
