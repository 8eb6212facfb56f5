package dev.sluice.e2e.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.PickerConfig;
import dev.sluice.picker.app.Tls;
import dev.sluice.picker.extproc.ExchangeSettings;
import dev.sluice.picker.model.PoolId;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;

/// The real picker behind an Envoy that Sluice did not configure: it reads the destination from the header
/// (ORIGINAL_DST), and speaks TLS to the picker without verifying it, as gateways do by convention.
public final class ForeignGateway implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Picker picker;

    private ForeignGateway(Picker picker) {
        this.picker = picker;
    }

    /// Starts the picker; it serves the pool `default/pool` of the YAML.
    public static ForeignGateway start(String yaml) throws IOException, GeneralSecurityException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Picker picker = Picker.start(new PickerConfig(
                anyPort,
                anyPort,
                anyPort,
                new Tls.SelfSigned(),
                new ExchangeSettings(new PoolId("default", "pool"), 1 << 20, Duration.ofSeconds(5), 1),
                1 << 12,
                1 << 20,
                Duration.ZERO));
        picker.publish(Resources.of(yaml));
        return new ForeignGateway(picker);
    }

    /// Sends one completion through an Envoy of its own that shows bodies to the picker in these modes.
    public HttpResponse<String> complete(String requestMode, String responseMode, String body) throws IOException {
        int port = Loopback.freePort();
        String bootstrap = bootstrap(port, requestMode, responseMode);
        try (EnvoyProcess _ = EnvoyProcess.start(EnvoyBinary.locate(), bootstrap, 1);
                Client client = new Client(URI.create("http://127.0.0.1:" + port))) {
            return client.post("/v1/completions", body, "content-type", "application/json");
        }
    }

    /// The policy by which that response's endpoint was chosen.
    public String policyOf(HttpResponse<String> response) throws IOException {
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        URI admin = URI.create("http://127.0.0.1:" + picker.adminAddress().getPort());
        try (Client client = new Client(admin)) {
            JsonNode decision = JSON.readTree(client.get("/explain/" + id).body());
            return decision.path("policy").asText();
        }
    }

    @Override
    public void close() {
        picker.close();
    }

    private String bootstrap(int port, String requestMode, String responseMode) {
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
                      "address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}]}]}}]}}
                """.formatted(
                        port, requestMode, responseMode, picker.grpcAddress().getPort());
    }
}
