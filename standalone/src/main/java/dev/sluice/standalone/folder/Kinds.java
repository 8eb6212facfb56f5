package dev.sluice.standalone.folder;

import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.LegacyModelRewrite;
import dev.sluice.api.upstream.LegacyObjective;
import dev.sluice.api.upstream.LlmdModelRewrite;
import dev.sluice.api.upstream.LlmdObjective;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The kinds that a folder may hold.
final class Kinds {
    private static final List<Class<? extends HasMetadata>> RESOURCES = List.of(
            EndpointList.class,
            GatewayClass.class,
            Gateway.class,
            HTTPRoute.class,
            ReferenceGrant.class,
            InferencePool.class,
            InferenceModel.class,
            InferencePriorityClass.class,
            InferencePoolPolicy.class,
            LegacyInferencePool.class,
            LegacyInferenceModel.class,
            LegacyModelRewrite.class,
            LlmdModelRewrite.class,
            LegacyObjective.class,
            LlmdObjective.class,
            Namespace.class,
            Secret.class,
            Service.class,
            EndpointSlice.class,
            Pod.class);

    /// The Java type of each `apiVersion kind`.
    static final Map<String, Class<? extends HasMetadata>> TYPES = types();

    /// Read when first asked for: a folder rarely holds every kind, and a start should not wait for the others.
    private static final Map<Class<?>, Optional<CrdSchema>> SCHEMAS = new ConcurrentHashMap<>();

    private Kinds() {}

    /// The schema of a type; empty where the project has no CRD of it.
    static Optional<CrdSchema> schema(Class<? extends HasMetadata> type) {
        return SCHEMAS.computeIfAbsent(type, _ -> Optional.ofNullable(CrdSchema.of(type)));
    }

    private static Map<String, Class<? extends HasMetadata>> types() {
        Map<String, Class<? extends HasMetadata>> types = new TreeMap<>();
        for (Class<? extends HasMetadata> type : RESOURCES) {
            types.put(HasMetadata.getApiVersion(type) + " " + HasMetadata.getKind(type), type);
        }
        return Map.copyOf(types);
    }
}
