package dev.sluice.operator.reconcile;

import dev.sluice.operator.manifest.Names;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.status.Observed;
import dev.sluice.operator.status.Observed.GatewayState;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.translate.World;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts together what is seen of the running parts.
///
/// @param owned the objects that the installation owns
/// @param refusals what an Envoy of a Gateway, `namespace/name`, says of a configuration that it refused, or null
/// @param pools what the pickers said last
record Observer(
        OwnedObjects owned, Function<String, @Nullable String> refusals, Supplier<Map<String, PoolReading>> pools)
        implements Function<World, Observed> {

    private static final String LOAD_BALANCER = "LoadBalancer";
    private static final String NO_ADDRESS = "None";

    @Override
    public Observed apply(World world) {
        Map<String, Deployment> deployments = byName(owned.all(Deployment.class));
        Map<String, Service> services = byName(owned.all(Service.class));
        Map<String, GatewayState> gateways = new HashMap<>();
        for (ResolvedGateway resolved : world.gateways()) {
            Gateway gateway = resolved.gateway();
            String namespace = gateway.getMetadata().getNamespace();
            String name = namespace + "/" + gateway.getMetadata().getName();
            String envoy = namespace + "/" + Names.envoy(gateway.getMetadata().getName());
            Deployment deployment = deployments.get(envoy);
            if (deployment != null) {
                gateways.put(
                        name,
                        new GatewayState(addresses(services.get(envoy)), ready(deployment), refusals.apply(name)));
            }
        }
        return new Observed(gateways, pools.get());
    }

    private static <T extends HasMetadata> Map<String, T> byName(List<T> objects) {
        return objects.stream()
                .collect(Collectors.toMap(
                        object -> object.getMetadata().getNamespace() + "/"
                                + object.getMetadata().getName(),
                        Function.identity()));
    }

    private static int ready(Deployment deployment) {
        return deployment.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(deployment.getStatus().getReadyReplicas(), 0);
    }

    /// A load balancer's once it is there; where none is asked for, the cluster's own.
    private static List<String> addresses(@Nullable Service service) {
        if (service == null) {
            return List.of();
        }
        if (!LOAD_BALANCER.equals(service.getSpec().getType())) {
            String address = service.getSpec().getClusterIP();
            return address == null || address.equals(NO_ADDRESS) ? List.of() : List.of(address);
        }
        LoadBalancerStatus balancer =
                service.getStatus() == null ? null : service.getStatus().getLoadBalancer();
        return balancer == null
                ? List.of()
                : balancer.getIngress().stream().flatMap(Observer::address).toList();
    }

    private static Stream<String> address(LoadBalancerIngress ingress) {
        return Stream.of(ingress.getIp(), ingress.getHostname())
                .filter(Objects::nonNull)
                .limit(1);
    }
}
