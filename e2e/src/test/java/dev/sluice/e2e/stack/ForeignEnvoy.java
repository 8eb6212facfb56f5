package dev.sluice.e2e.stack;

import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;

/// An Envoy that Sluice did not configure: it sends every request to a picker, does not say which pool it is
/// for, and reads the destination from the header (ORIGINAL_DST). It speaks TLS to the picker without verifying
/// it, as gateways do by convention.
public final class ForeignEnvoy implements AutoCloseable {
    /// What such an Envoy knows of its picker.
    ///
    /// @param requestMode how request bodies are shown to it
    /// @param responseMode how response bodies are
    public record Picker(InetSocketAddress address, String requestMode, String responseMode) {
        /// As upstream's protocol wants it.
        public static Picker of(String host, int port) {
            return new Picker(new InetSocketAddress(host, port), "FULL_DUPLEX_STREAMED", "FULL_DUPLEX_STREAMED");
        }
    }

    private final int port;
    private final EnvoyProcess process;

    private ForeignEnvoy(int port, EnvoyProcess process) {
        this.port = port;
        this.process = process;
    }

    public static ForeignEnvoy start(Picker picker) throws IOException {
        int port = Loopback.freePort();
        return new ForeignEnvoy(port, EnvoyProcess.start(EnvoyBinary.locate(), bootstrap(port, picker), 1));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// A client of its own; the caller closes it.
    public Client client() {
        return new Client(url());
    }

    @Override
    public void close() {
        process.close();
    }

    private static String bootstrap(int port, Picker picker) {
        return """
                {"admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
                 "node": {"id": "t", "cluster": "t"},
                 "static_resources": {
                  "listeners": [{"name": "http",
                    "address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}},
                    "filter_chains": [{"filters": [{"name": "hcm", "typed_config": {
                      "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                      "stat_prefix": "t", "always_set_request_id_in_response": true,
                      "route_config": {"virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [
                        {"match": {"prefix": "/"}, "route": {"cluster": "pods"}}]}]},
                      "http_filters": [
                       {"name": "ext_proc", "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
                        "grpc_service": {"envoy_grpc": {"cluster_name": "picker"}},
                        "message_timeout": "5s",
                        "processing_mode": {
                         "request_header_mode": "SEND", "request_body_mode": "%s", "request_trailer_mode": "SEND",
                         "response_header_mode": "SEND", "response_body_mode": "%s", "response_trailer_mode": "SEND"}}},
                       {"name": "router", "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}],
                  "clusters": [
                   {"name": "pods", "type": "ORIGINAL_DST", "lb_policy": "CLUSTER_PROVIDED", "connect_timeout": "1s",
                    "original_dst_lb_config": {"use_http_header": true,
                                               "http_header_name": "x-gateway-destination-endpoint"}},
                   {"name": "picker", "type": "STATIC", "connect_timeout": "1s",
                    "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                      "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                      "explicit_http_config": {"http2_protocol_options": {}}}},
                    "transport_socket": {"name": "tls", "typed_config": {
                      "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                      "common_tls_context": {"alpn_protocols": ["h2"], "validation_context": {}}}},
                    "load_assignment": {"cluster_name": "picker", "endpoints": [{"lb_endpoints": [{"endpoint": {
                      "address": {"socket_address": {"address": "%s", "port_value": %d}}}}]}]}}]}}
                """.formatted(
                        port,
                        picker.requestMode(),
                        picker.responseMode(),
                        picker.address().getAddress().getHostAddress(),
                        picker.address().getPort());
    }
}
