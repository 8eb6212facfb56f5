package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.resolve.resources.Grants;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendObjectReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Resolves the backend references of routes.
public final class Backends {

    private final Resources resources;
    private final Grants grants;
    private final Services services;
    private final PickerResolver pickers;
    private final Policies policies;
    private final Bindings bindings;
    private final Map<String, Optional<Backend.ResolvedPool>> pools = new HashMap<>();

    public Backends(Resources resources, Grants grants, Installation installation, Bindings bindings) {
        this.resources = resources;
        this.grants = grants;
        this.services = new Services(resources);
        this.pickers = new PickerResolver(services, installation);
        this.bindings = bindings;
        this.policies = new Policies(resources.all(InferencePoolPolicy.class));
    }

    public Resolution<Backend> resolve(HTTPRoute route, HTTPBackendRef ref) {
        return resolve(
                route, named(route, ref.getGroup(), ref.getKind(), ref.getNamespace(), ref.getName()), ref.getPort());
    }

    public Resolution<Backend> resolve(HTTPRoute route, BackendObjectReference ref) {
        return resolve(
                route, named(route, ref.getGroup(), ref.getKind(), ref.getNamespace(), ref.getName()), ref.getPort());
    }

    public Optional<Backend.ResolvedPool> pool(String namespace, String name) {
        return pools.computeIfAbsent(
                namespace + "/" + name,
                _ -> Resources.find(resources.all(InferencePool.class), namespace, name)
                        .map(pool -> new Backend.ResolvedPool(
                                pool,
                                policies.of(namespace, name),
                                services.pods(namespace, pool.getSpec().selector()::matches),
                                pickers.of(pool),
                                List.copyOf(bindings.renamedIn(namespace, name)))));
    }

    private static Grants.To named(
            HTTPRoute route, @Nullable String group, @Nullable String kind, @Nullable String namespace, String name) {
        return new Grants.To(
                Objects.requireNonNullElse(group, ""),
                Objects.requireNonNullElse(kind, "Service"),
                Objects.requireNonNullElse(namespace, route.getMetadata().getNamespace()),
                name);
    }

    private Resolution<Backend> resolve(HTTPRoute route, Grants.To to, @Nullable Integer port) {
        boolean isPool = to.group().equals(InferencePool.GROUP) && to.kind().equals(InferencePool.KIND);
        boolean isService = to.group().isEmpty() && to.kind().equals("Service");
        if (!isPool && !isService) {
            return new Resolution.Unsupported<>("backends of kind " + to.kind() + " in group '" + to.group()
                    + "' are not served; name a Service or an InferencePool");
        }
        Optional<String> refusal =
                grants.refusal(new Grants.From("HTTPRoute", route.getMetadata().getNamespace()), to);
        if (refusal.isPresent()) {
            return new Resolution.Forbidden<>(refusal.get());
        }
        return isPool ? pool(to) : service(to, port);
    }

    private Resolution<Backend> pool(Grants.To to) {
        return pool(to.namespace(), to.name())
                .<Resolution<Backend>>map(Resolution.Complete::new)
                .orElseGet(() -> new Resolution.Missing<>(
                        "InferencePool " + to.namespace() + "/" + to.name() + " does not exist"));
    }

    private Resolution<Backend> service(Grants.To to, @Nullable Integer port) {
        return switch (services.resolve(to.namespace(), to.name(), port)) {
            case Resolution.Complete<Backend.PlainService>(Backend.PlainService service) ->
                new Resolution.Complete<>(service);
            case Resolution.Missing<Backend.PlainService>(String reason) -> new Resolution.Missing<>(reason);
            case Resolution.Forbidden<Backend.PlainService>(String reason) -> new Resolution.Forbidden<>(reason);
            case Resolution.Conflict<Backend.PlainService>(String reason) -> new Resolution.Conflict<>(reason);
            case Resolution.Unsupported<Backend.PlainService>(String reason) -> new Resolution.Unsupported<>(reason);
        };
    }
}
