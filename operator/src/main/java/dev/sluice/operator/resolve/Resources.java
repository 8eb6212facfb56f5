package dev.sluice.operator.resolve;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.util.List;

/// Where resources come from: a cluster's informers, or a folder of YAML. Every object has a name, and a namespace
/// unless its kind has none. The lists are of one moment: an implementation that changes hands out a new instance.
public interface Resources {

    /// What is read: of Secrets only those of type `kubernetes.io/tls`.
    List<Class<? extends HasMetadata>> KINDS = List.of(
            GatewayClass.class,
            Gateway.class,
            HTTPRoute.class,
            ReferenceGrant.class,
            Namespace.class,
            Secret.class,
            InferencePool.class,
            InferenceModel.class,
            InferencePoolPolicy.class,
            InferencePriorityClass.class,
            Service.class,
            EndpointSlice.class,
            Pod.class);

    /// Every object of a kind of [#KINDS], in any order.
    <T extends HasMetadata> List<T> all(Class<T> kind);
}
