package dev.sluice.bench.rig;

import com.google.common.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The configuration of the one Envoy: listeners that are all alike but for the picker that they ask.
///
/// Listeners take free ports.
public final class EnvoyConfig {
    private static final String BOOTSTRAP = """
            {
              "node": {"id": "bench", "cluster": "bench"},
              "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
              "overload_manager": {"resource_monitors": [{
                "name": "envoy.resource_monitors.global_downstream_max_connections",
                "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                  "max_active_downstream_connections": 50000
                }
              }]},
              "static_resources": {
                "listeners": [${listeners}],
                "clusters": [${clusters}]
              }
            }
            """;

    private static final String LISTENER = """
            {
              "name": "${name}",
              "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
              "per_connection_buffer_limit_bytes": 1048576,
              "filter_chains": [{"filters": [{
                "name": "envoy.filters.network.http_connection_manager",
                "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  "stat_prefix": "${name}",
                  "generate_request_id": true,
                  "always_set_request_id_in_response": true,
                  "use_remote_address": true,
                  "stream_idle_timeout": "300s",
                  "http_filters": [
                    ${filter}
                    {"name": "envoy.filters.http.router", "typed_config": {
                      "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                      "suppress_envoy_headers": true
                    }}
                  ],
                  "route_config": {"name": "all", "virtual_hosts": [{
                    "name": "all",
                    "domains": ["*"],
                    ${tell}
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "pool", "timeout": "0s"}}]
                  }]}
                }
              }]}]
            }""";

    /// All pickers are told Sluice's default pool; the others do not look.
    private static final String EXT_PROC = """
            {"name": "envoy.filters.http.ext_proc", "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
              "grpc_service": {
                "envoy_grpc": {"cluster_name": "${cluster}"},
                "initial_metadata": [{"key": "x-sluice-pool", "value": "default/default"}]
              },
              "processing_mode": {
                "request_header_mode": "SEND",
                "request_body_mode": "FULL_DUPLEX_STREAMED",
                "request_trailer_mode": "SEND",
                "response_header_mode": "SEND",
                "response_body_mode": "${response}",
                "response_trailer_mode": "SEND"
              },
              "message_timeout": "30s",
              "failure_mode_allow": false,
              "status_on_error": {"code": "ServiceUnavailable"},
              "allow_content_length_header": true,
              "route_cache_action": "RETAIN",
              "metadata_options": {
                "forwarding_namespaces": {"untyped": ["envoy.lb", "envoy.lb.subset_hint"]},
                "receiving_namespaces": {"untyped": ["envoy.lb"]}
              }
            }},""";

    private static final String POOL = """
            {
              "name": "pool",
              "type": "STATIC",
              "connect_timeout": "2s",
              "circuit_breakers": ${unlimited},
              "load_balancing_policy": {"policies": [{"typed_extension_config": {
                "name": "envoy.load_balancing_policies.override_host",
                "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost",
                  "override_host_sources": [
                    {"metadata": {"key": "envoy.lb", "path": [{"key": "x-gateway-destination-endpoint"}]}},
                    {"header": "x-gateway-destination-endpoint"}
                  ],
                  "selected_host_key": {
                    "key": "envoy.lb", "path": [{"key": "x-gateway-destination-endpoint-served"}]
                  },
                  "fallback_policy": {"policies": [{"typed_extension_config": {
                    "name": "envoy.load_balancing_policies.round_robin",
                    "typed_config": {
                      "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin"
                    }
                  }}]}
                }
              }}]},
              "load_assignment": {"cluster_name": "pool", "endpoints": [{"lb_endpoints": [${endpoints}]}]}
            }""";

    private static final String PICKER = """
            {
              "name": "${name}",
              "type": "STATIC",
              "connect_timeout": "2s",
              "circuit_breakers": ${unlimited},
              "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                  "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                  "explicit_http_config": {"http2_protocol_options": {
                    "max_concurrent_streams": 1024,
                    "initial_stream_window_size": 1048576,
                    "initial_connection_window_size": 16777216
                  }}
                }
              },
              ${tls}
              "load_assignment": {"cluster_name": "${name}", "endpoints": [{"lb_endpoints": [${endpoints}]}]}
            }""";

    private static final String UNLIMITED = """
            {"thresholds": [{
              "max_connections": 65536, "max_pending_requests": 65536, "max_requests": 65536, "max_retries": 1024
            }]}""";

    private static final String UNVERIFIED_TLS = """
            "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
              "common_tls_context": {"alpn_protocols": ["h2"], "validation_context": {}}
            }},""";

    /// Puts the server's address on every response.
    private static final String TELL_SERVER = """
            "response_headers_to_add": [{
              "header": {"key": "x-bench-upstream", "value": "%UPSTREAM_REMOTE_ADDRESS%"},
              "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"
            }],""";

    /// A way into Envoy.
    ///
    /// @param picker the process that Envoy asks; null for round robin
    /// @param responseMode which response bodies it is shown, Envoy's `response_body_mode`
    /// @param tellsServer whether responses carry the server's address as `x-bench-upstream`
    public record Listener(String name, @Nullable NamedPicker picker, String responseMode, boolean tellsServer) {}

    private EnvoyConfig() {}

    public static String json(List<HostAndPort> backends, List<Listener> listeners) {
        List<String> clusters = new ArrayList<>();
        clusters.add(POOL.replace("${unlimited}", UNLIMITED).replace("${endpoints}", endpoints(backends)));
        listeners.stream()
                .map(Listener::picker)
                .filter(Objects::nonNull)
                .distinct()
                .map(EnvoyConfig::picker)
                .forEach(clusters::add);
        return BOOTSTRAP
                .replace(
                        "${listeners}",
                        listeners.stream().map(EnvoyConfig::listener).collect(Collectors.joining(", ")))
                .replace("${clusters}", String.join(", ", clusters));
    }

    private static String listener(Listener listener) {
        return LISTENER.replace("${name}", listener.name())
                .replace("${tell}", listener.tellsServer() ? TELL_SERVER : "")
                .replace("${filter}", filter(listener));
    }

    private static String picker(NamedPicker picker) {
        return PICKER.replace("${name}", cluster(picker))
                .replace("${unlimited}", UNLIMITED)
                .replace("${tls}", picker.tls() ? UNVERIFIED_TLS : "")
                .replace("${endpoints}", endpoints(List.of(picker.address())));
    }

    private static String cluster(NamedPicker picker) {
        return "picker/" + picker.name();
    }

    private static String filter(Listener listener) {
        NamedPicker picker = listener.picker();
        return picker == null
                ? ""
                : EXT_PROC.replace("${cluster}", cluster(picker)).replace("${response}", listener.responseMode());
    }

    private static String endpoints(List<HostAndPort> addresses) {
        return addresses.stream()
                .map(address -> """
                        {"endpoint": {"address": {"socket_address": {"address": "%s", "port_value": %d}}}}""".formatted(address.getHost(), address.getPort()))
                .collect(Collectors.joining(", "));
    }
}
