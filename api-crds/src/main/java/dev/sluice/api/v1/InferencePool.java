package dev.sluice.api.v1;

import io.fabric8.crd.generator.annotation.Annotations;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// A set of pods that serve the same models, and the endpoint picker that chooses among them.
@Group(InferencePool.GROUP)
@Version("v1")
@ShortNames("infpool")
@Annotations({
    "api-approved.kubernetes.io=https://github.com/kubernetes-sigs/gateway-api-inference-extension/pull/1173",
    "inference.networking.k8s.io/bundle-version=v1.6.0"
})
public class InferencePool extends CustomResource<InferencePoolSpec, InferencePoolStatus> implements Namespaced {

    public static final String GROUP = "inference.networking.k8s.io";
    public static final String KIND = "InferencePool";
}
