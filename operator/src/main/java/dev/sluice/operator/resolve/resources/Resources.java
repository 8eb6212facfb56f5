package dev.sluice.operator.resolve.resources;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.GatewayParameters;
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
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The source of resources: a cluster's informers, or a folder of YAML. Every object has a name, and a
/// namespace unless its kind has none. The lists are of one moment: an implementation that changes hands out
/// a new instance.
public interface Resources {
    /// The API group of Gateways and their routes.
    String GATEWAY_API = "gateway.networking.k8s.io";

    /// The oldest comes first, and then the alphabet.
    Comparator<HasMetadata> OLDEST_FIRST = Comparator.comparing((HasMetadata object) ->
                    Objects.requireNonNullElse(object.getMetadata().getCreationTimestamp(), ""))
            .thenComparing(object -> object.getMetadata().getNamespace())
            .thenComparing(object -> object.getMetadata().getName());

    /// The kinds that are read: of Secrets only those of type `kubernetes.io/tls`.
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
            GatewayParameters.class,
            Service.class,
            EndpointSlice.class,
            Pod.class);

    /// Every object of a kind of [#KINDS], in any order.
    <T extends HasMetadata> List<T> all(Class<T> kind);

    /// `namespace/name`.
    static String name(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    static <T extends HasMetadata> Optional<T> find(List<T> objects, String namespace, String name) {
        return objects.stream()
                .filter(object -> namespace.equals(object.getMetadata().getNamespace())
                        && name.equals(object.getMetadata().getName()))
                .findFirst();
    }

    /// The list that the API leaves out where there is nothing.
    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
