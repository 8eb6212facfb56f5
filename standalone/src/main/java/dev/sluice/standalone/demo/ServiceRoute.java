package dev.sluice.standalone.demo;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/// Envoy's configuration for what a Kubernetes Service does: one random server for each connection, as kube-proxy picks.
final class ServiceRoute {
    private ServiceRoute() {}

    static String bootstrap(InetSocketAddress listen, List<InetSocketAddress> servers) {
        String endpoints = servers.stream()
                .map(server -> "            - endpoint: {address: %s}".formatted(address(server)))
                .collect(Collectors.joining("\n"));
        return """
                node: {id: service, cluster: demo}
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
                static_resources:
                  listeners:
                    - name: service
                      address: %s
                      filter_chains:
                        - filters:
                            - name: envoy.filters.network.tcp_proxy
                              typed_config:
                                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                                stat_prefix: service
                                cluster: servers
                  clusters:
                    - name: servers
                      type: STATIC
                      connect_timeout: 2s
                      lb_policy: RANDOM
                      circuit_breakers:
                        thresholds: [{max_connections: 65536, max_pending_requests: 65536}]
                      load_assignment:
                        cluster_name: servers
                        endpoints:
                          - lb_endpoints:
                %s
                """.formatted(address(listen), endpoints.indent(4).stripTrailing());
    }

    private static String address(InetSocketAddress address) {
        return "{socket_address: {address: %s, port_value: %d}}"
                .formatted(address.getAddress().getHostAddress(), address.getPort());
    }
}
