package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.operator.envoy.Bootstrap;
import dev.sluice.operator.envoy.Nack;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Settings;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real Envoy understands what the xDS server sends, and above all the fields that the generated classes lack:
/// they are written by number, and here they are read back by name.
class XdsFieldsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BlockingQueue<Nack> NACKS = new LinkedBlockingQueue<>();

    private static XdsServer xds;
    private static EnvoyProcess envoy;

    @BeforeAll
    static void start() throws IOException {
        xds = XdsServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Settings.defaults().withListenHost("127.0.0.1"),
                NACKS::add);
        xds.publish(plan("/v1/.*"));
        Bootstrap bootstrap = Bootstrap.of("e2e", xds.address(), new Address("127.0.0.1", 0));
        envoy = EnvoyProcess.start(EnvoyBinary.locate(), bootstrap.json(), 1);
    }

    @AfterAll
    static void stop() {
        try (XdsServer _ = xds) {
            if (envoy != null) {
                envoy.close();
            }
        }
    }

    @Test
    void envoyHasTheFieldsThatTheGeneratedClassesLack() throws IOException, InterruptedException {
        JsonNode dump = configDump();
        JsonNode filter = typed(dump, "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor");
        assertThat(filter.at("/status_on_error/code").asText()).isEqualTo("ServiceUnavailable");
        assertThat(filter.at("/allow_content_length_header").asBoolean()).isTrue();

        assertThat(dump.findValues("request_body_buffer_limit"))
                .isNotEmpty()
                .allSatisfy(limit -> assertThat(limit.asLong()).isEqualTo(16L << 20));

        JsonNode policy = typed(dump, "envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost");
        assertThat(policy.at("/override_host_sources/0/metadata/key").asText()).isEqualTo("envoy.lb");
        assertThat(policy.at("/override_host_sources/0/metadata/path/0/key").asText())
                .isEqualTo("x-gateway-destination-endpoint");
        assertThat(policy.at("/selected_host_key/path/0/key").asText())
                .isEqualTo("x-gateway-destination-endpoint-served");
        assertThat(policy.at("/fallback_policy/policies/0/typed_extension_config/name")
                        .asText())
                .isEqualTo("envoy.load_balancing_policies.least_request");
    }

    @Test
    void eachPoolHasItsOwnFailureMode() throws IOException, InterruptedException {
        assertThat(configDump().findValues("overrides"))
                .extracting(
                        overrides ->
                                overrides.at("/grpc_initial_metadata/0/value").asText(),
                        overrides -> overrides.at("/failure_mode_allow").asBoolean())
                .contains(tuple("ml/open", true), tuple("ml/closed", false));
    }

    @Test
    void aRefusedConfigurationIsReportedAndTheLastGoodOneStays() throws IOException, InterruptedException {
        xds.publish(plan("/v1/(["));
        Nack nack = NACKS.poll(10, TimeUnit.SECONDS);
        assertThat(nack).isNotNull();
        assertThat(nack.node()).isEqualTo("e2e");
        assertThat(nack.type()).endsWith("RouteConfiguration");
        assertThat(nack.message()).contains("missing ]");
        assertThat(NACKS.poll(300, TimeUnit.MILLISECONDS))
                .as("what was refused is not sent again")
                .isNull();
        assertThat(configDump().findValues("regex"))
                .extracting(JsonNode::asText)
                .contains("/v1/.*");

        xds.publish(plan("/v2/.*"));
        await().untilAsserted(() -> assertThat(configDump().findValues("regex"))
                .extracting(JsonNode::asText)
                .contains("/v2/.*"));
    }

    /// The first message of that type, wherever it is.
    private static JsonNode typed(JsonNode dump, String type) {
        return dump.findParents("@type").stream()
                .filter(node -> node.get("@type").asText().endsWith("/" + type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " in " + dump.toPrettyString()));
    }

    private static JsonNode configDump() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(envoy.admin().resolve("/config_dump"))
                    .build();
            return JSON.readTree(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    /// Two pools behind one route; nothing listens where the picker and the endpoints would be.
    private static Plan plan(String pathRegex) {
        Plan.Picker picker = new Plan.Picker(new Address("127.0.0.1", 9), false);
        List<Address> endpoints = List.of(new Address("127.0.0.1", 9));
        Plan.Match match =
                new Plan.Match(new Plan.PathMatch(Plan.PathKind.REGEX, pathRegex), null, List.of(), List.of());
        Plan.Action split = new Plan.Action.Forward(
                List.of(
                        new Plan.WeightedTarget(70, new Plan.Target.ToPool("ml/open")),
                        new Plan.WeightedTarget(30, new Plan.Target.ToPool("ml/closed"))),
                Plan.Rewrite.NONE,
                List.of(),
                List.of());
        Plan.Host host = new Plan.Host(
                "*", List.of(new Plan.Route("ml/split/0/0", match, split, Plan.Headers.UNCHANGED, null, null)));
        return new Plan(List.of(new Plan.Gateway(
                "ml/inference",
                List.of(new Plan.Listener.Http("ml/inference/8080", Loopback.freePort(), List.of(host))),
                List.of(
                        new Plan.Pool("ml/open", Plan.Protocol.HTTP1, endpoints, picker, true, false),
                        new Plan.Pool("ml/closed", Plan.Protocol.H2C, endpoints, picker, false, true)),
                List.of())));
    }
}
