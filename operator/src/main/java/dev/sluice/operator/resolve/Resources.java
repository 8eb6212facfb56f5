package dev.sluice.operator.resolve;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.util.List;

/// Where resources come from: a cluster's informers, or a folder of YAML. Every object has a name and a
/// namespace. The lists are of one moment: an implementation that changes hands out a new instance.
public interface Resources {

    List<Gateway> gateways();

    List<HTTPRoute> httpRoutes();

    List<ReferenceGrant> referenceGrants();

    List<InferencePool> inferencePools();

    List<InferenceModel> inferenceModels();

    List<InferencePoolPolicy> inferencePoolPolicies();

    List<Service> services();

    List<Pod> pods();
}
