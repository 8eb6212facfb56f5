package dev.sluice.cluster.node;

import dev.sluice.cluster.network.Forwarder;
import dev.sluice.cluster.network.Network;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves Services on their cluster IPs, and those of type LoadBalancer on an address of their own as well.
///
/// Only TCP, and only Services with a selector: others' endpoints would be loopback addresses, which the API server
/// takes in no EndpointSlice.
final class ServiceProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /// The address where the proxy listens.
    private record Frontend(String address, int port) {}

    private final KubernetesClient client;
    private final Network network;
    private final Persistence persistence;
    private final Endpoints endpoints;
    private final SharedIndexInformer<Service> services;
    private final Map<Frontend, Forwarder> forwarders = new ConcurrentHashMap<>();
    private final Map<Frontend, Backend> backends = new ConcurrentHashMap<>();
    /// By the Service's UID.
    private final Map<String, Set<Frontend>> frontends = new HashMap<>();

    private final Map<String, String> loadBalancers = new HashMap<>();

    /// The backend of a frontend now.
    private record Backend(Service service, ServicePort port) {}

    ServiceProxy(KubernetesClient client, NodeContext node, SharedIndexInformer<Pod> pods) {
        this.client = client;
        this.network = node.network();
        this.persistence = node.persistence();
        this.endpoints = new Endpoints(pods);
        this.services = client.services().inAnyNamespace().runnableInformer(0);
    }

    void start() {
        services.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Service service) {
                serve(service);
            }

            @Override
            public void onUpdate(Service before, Service service) {
                serve(service);
            }

            @Override
            public void onDelete(Service service, boolean missed) {
                drop(service);
            }
        });
        services.run();
    }

    private synchronized void serve(Service service) {
        if (service.getSpec().getSelector() == null
                || service.getSpec().getSelector().isEmpty()) {
            drop(service);
            return;
        }
        Set<Frontend> wanted = new HashSet<>();
        for (String address : addresses(service)) {
            for (ServicePort port : service.getSpec().getPorts()) {
                if (port.getProtocol() == null || port.getProtocol().equals("TCP")) {
                    Frontend frontend = new Frontend(address, port.getPort());
                    backends.put(frontend, new Backend(service, port));
                    wanted.add(frontend);
                }
            }
        }
        Set<Frontend> had = frontends.getOrDefault(uid(service), Set.of());
        had.stream().filter(frontend -> !wanted.contains(frontend)).forEach(this::stop);
        wanted.stream().filter(frontend -> !forwarders.containsKey(frontend)).forEach(this::listen);
        frontends.put(uid(service), wanted);
    }

    private Set<String> addresses(Service service) {
        Set<String> addresses = new HashSet<>();
        String clusterIp = service.getSpec().getClusterIP();
        if (clusterIp != null && !clusterIp.isEmpty() && !clusterIp.equals("None")) {
            addresses.add(clusterIp);
        }
        if ("LoadBalancer".equals(service.getSpec().getType())
                && service.getSpec().getLoadBalancerClass() == null) {
            addresses.add(loadBalancer(service));
        }
        return addresses;
    }

    /// The one in its status, else a new one.
    private String loadBalancer(Service service) {
        Optional<String> assigned = Optional.ofNullable(service.getStatus())
                .map(status -> status.getLoadBalancer())
                .flatMap(balancer -> balancer.getIngress().stream().findFirst())
                .map(LoadBalancerIngress::getIp);
        assigned.ifPresent(network.loadBalancers()::keep);
        String address =
                loadBalancers.computeIfAbsent(uid(service), _ -> assigned.orElseGet(network.loadBalancers()::take));
        if (assigned.isEmpty()) {
            persistence.inBackground(() -> announce(service, address));
        }
        return address;
    }

    private void announce(Service service, String address) {
        List<LoadBalancerIngress> ingress =
                List.of(new LoadBalancerIngressBuilder().withIp(address).build());
        Map<String, Object> patch = Map.of(
                "metadata", Map.of("uid", uid(service)),
                "status", Map.of("loadBalancer", Map.of("ingress", ingress)));
        client.services()
                .inNamespace(service.getMetadata().getNamespace())
                .withName(service.getMetadata().getName())
                .subresource("status")
                .patch(MERGE, Serialization.asJson(patch));
    }

    private void listen(Frontend frontend) {
        try {
            forwarders.put(
                    frontend, Forwarder.listen(frontend.address(), frontend.port(), () -> destination(frontend)));
        } catch (IOException failed) {
            LOG.atWarn()
                    .addKeyValue("address", frontend.address())
                    .addKeyValue("port", frontend.port())
                    .setCause(failed)
                    .log("cannot listen; ports below net.ipv4.ip_unprivileged_port_start need privileges");
        }
    }

    private Optional<InetSocketAddress> destination(Frontend frontend) {
        return Optional.ofNullable(backends.get(frontend))
                .flatMap(backend -> endpoints.choose(backend.service(), backend.port()));
    }

    private void stop(Frontend frontend) {
        backends.remove(frontend);
        Forwarder forwarder = forwarders.remove(frontend);
        try {
            if (forwarder != null) {
                forwarder.stopListening();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private synchronized void drop(Service service) {
        frontends.getOrDefault(uid(service), Set.of()).forEach(this::stop);
        frontends.remove(uid(service));
        String address = loadBalancers.remove(uid(service));
        if (address != null) {
            network.loadBalancers().giveBack(address);
        }
    }

    private static String uid(Service service) {
        return service.getMetadata().getUid();
    }

    @Override
    public synchronized void close() {
        services.stop();
        for (Set<Frontend> all : frontends.values()) {
            all.forEach(this::stop);
        }
    }
}
