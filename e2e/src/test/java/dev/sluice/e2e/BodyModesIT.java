package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.Resources;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The picker behind an Envoy that Sluice did not configure: a gateway that reads the destination from the header
/// (ORIGINAL_DST), speaks TLS to the picker without verifying it, and sends bodies in each of the ways there are.
class BodyModesIT {
    private static final String REQUEST = "{\"model\":\"public\",\"prompt\":\"hello\"}";
    private static final String ANSWER =
            "{\"model\":\"served\",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";

    private static Loopback pods;
    private static RecordingPod pod;
    private static Picker picker;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(1);
        pod = RecordingPod.start(pods.socket(0));
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        picker = Picker.start(new PickerConfig(
                anyPort,
                anyPort,
                anyPort,
                new Tls.SelfSigned(),
                new ExchangeSettings(new PoolId("default", "pool"), 1 << 20, Duration.ofSeconds(5), 1),
                1 << 12,
                1 << 20,
                Duration.ZERO));
        picker.publish(Resources.of(Manifests.all(
                Manifests.onePool("FailClose", pods), Manifests.adapter("public", "public", "pool", "served"))));
    }

    @AfterAll
    static void stop() {
        picker.close();
        pod.close();
    }

    @BeforeEach
    void answer() {
        pod.reset();
        pod.answer((exchange, request) -> {
            exchange.getResponseHeaders().set("content-type", "application/json");
            RecordingPod.status(200, ANSWER).to(exchange, request);
        });
    }

    @ParameterizedTest
    @CsvSource({"FULL_DUPLEX_STREAMED,FULL_DUPLEX_STREAMED", "BUFFERED,BUFFERED", "BUFFERED,STREAMED", "BUFFERED,NONE"})
    void renamesAndPricesWhereTheBodyIsSeenWhole(String requestMode, String responseMode) throws Exception {
        HttpResponse<String> response = post(requestMode, responseMode);
        assertThat(response.statusCode()).isEqualTo(200);
        RecordingPod.Received received = pod.only();
        String sent = new String(received.body(), StandardCharsets.UTF_8);
        assertThat(sent).isEqualTo(REQUEST.replace("public", "served"));
        assertThat(received.header("content-length")).isIn("null", Integer.toString(sent.length()));
        assertThat(response.body())
                .isEqualTo(responseMode.equals("NONE") ? ANSWER : ANSWER.replace("served", "public"));
        assertThat(policyOf(response)).isEqualTo("COST");
    }

    @ParameterizedTest
    @CsvSource({"STREAMED,STREAMED", "NONE,NONE"})
    void placesByLoadAndRenamesNothingWhereTheBodyIsNot(String requestMode, String responseMode) throws Exception {
        HttpResponse<String> response = post(requestMode, responseMode);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(pod.only().body(), StandardCharsets.UTF_8)).isEqualTo(REQUEST);
        assertThat(response.body()).isEqualTo(ANSWER);
        assertThat(policyOf(response)).isEqualTo("LEAST_REQUEST");
    }

    private static HttpResponse<String> post(String requestMode, String responseMode) throws IOException {
        int port = Loopback.freePort();
        try (EnvoyProcess envoy =
                        EnvoyProcess.start(EnvoyBinary.locate(), bootstrap(port, requestMode, responseMode), 1);
                Client client = new Client(URI.create("http://127.0.0.1:" + port))) {
            assertThat(envoy.exit()).isNotDone();
            return client.post("/v1/completions", REQUEST, "content-type", "application/json");
        }
    }

    private static String policyOf(HttpResponse<String> response) throws IOException {
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        URI admin = URI.create("http://127.0.0.1:" + picker.adminAddress().getPort());
        try (Client client = new Client(admin)) {
            JsonNode decision =
                    new JsonMapper().readTree(client.get("/explain/" + id).body());
            return decision.path("policy").asText();
        }
    }

    private static String bootstrap(int port, String requestMode, String responseMode) {
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
