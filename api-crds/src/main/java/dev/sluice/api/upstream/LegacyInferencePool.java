package dev.sluice.api.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;

/// An InferencePool before its group was a stable one.
@Group("inference.networking.x-k8s.io")
@Version("v1alpha2")
@Kind("InferencePool")
@Plural("inferencepools")
public class LegacyInferencePool extends CustomResource<LegacyInferencePool.LegacyInferencePoolSpec, Void>
        implements Namespaced {
    /// @param selector labels that a pod must carry to be a member
    /// @param targetPortNumber the one port that member pods serve on
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LegacyInferencePoolSpec(Map<String, String> selector, int targetPortNumber) {
        public LegacyInferencePoolSpec {
            selector = selector == null ? Map.of() : Map.copyOf(selector);
        }
    }
}
