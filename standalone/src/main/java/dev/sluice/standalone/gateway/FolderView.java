package dev.sluice.standalone.gateway;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.util.List;

/// The folder as both the operator and the picker see their resources.
record FolderView(ResourceSet folder)
        implements dev.sluice.operator.resolve.Resources, dev.sluice.picker.kube.Resources {
    @Override
    public List<Gateway> gateways() {
        return folder.all(Gateway.class);
    }

    @Override
    public List<HTTPRoute> httpRoutes() {
        return folder.all(HTTPRoute.class);
    }

    @Override
    public List<ReferenceGrant> referenceGrants() {
        return folder.all(ReferenceGrant.class);
    }

    @Override
    public List<InferencePool> inferencePools() {
        return folder.all(InferencePool.class);
    }

    @Override
    public List<InferenceModel> inferenceModels() {
        return folder.all(InferenceModel.class);
    }

    @Override
    public List<InferencePoolPolicy> inferencePoolPolicies() {
        return folder.all(InferencePoolPolicy.class);
    }

    @Override
    public List<Service> services() {
        return folder.all(Service.class);
    }

    @Override
    public List<Pod> pods() {
        return folder.all(Pod.class);
    }
}
