package dev.sluice.operator.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.operator.plan.Plan.Address;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final Address XDS = new Address("127.0.0.1", 18000);
    private static final Address ADMIN = new Address("127.0.0.1", 19000);

    @Test
    void namesTheNodeItsAdminAndTheServerOfItsConfiguration() throws IOException {
        JsonNode bootstrap = json(Bootstrap.of("gateway-0", XDS, ADMIN));
        assertThat(bootstrap.at("/node/id").asText()).isEqualTo("gateway-0");
        assertThat(port(bootstrap.at("/admin/address"))).isEqualTo(19000);
        JsonNode xds = bootstrap.at("/staticResources/clusters/0");
        assertThat(xds.at("/name").asText())
                .isEqualTo(bootstrap
                        .at("/dynamicResources/adsConfig/grpcServices/0/envoyGrpc/clusterName")
                        .asText());
        assertThat(xds.at("/type").asText("STATIC")).isEqualTo("STATIC");
        assertThat(port(xds.at("/loadAssignment/endpoints/0/lbEndpoints/0/endpoint/address")))
                .isEqualTo(18000);
    }

    @Test
    void looksUpTheNameOfAnXdsServer() throws IOException {
        JsonNode bootstrap = json(Bootstrap.of("gateway-0", new Address("sluice.ml.svc", 18000), ADMIN));
        assertThat(bootstrap.at("/staticResources/clusters/0/type").asText()).isEqualTo("STRICT_DNS");
    }

    @Test
    void letsPatternsBeBigger() throws IOException {
        JsonNode layer = json(Bootstrap.of("gateway-0", XDS, ADMIN)).at("/layeredRuntime/layers/0/staticLayer");
        assertThat(layer.get("re2.max_program_size.error_level").asInt()).isEqualTo(5_000);
    }

    @Test
    void servesTcpServicesByItself() throws IOException {
        JsonNode bootstrap = json(Bootstrap.of("gateway-0", XDS, ADMIN)
                .withTcpService(
                        "servers",
                        new Address("127.0.0.1", 8081),
                        List.of(new Address("127.0.0.11", 8000), new Address("127.0.0.12", 8000))));
        JsonNode listener = bootstrap.at("/staticResources/listeners/0");
        JsonNode cluster = bootstrap.at("/staticResources/clusters/1");
        assertThat(port(listener.at("/address"))).isEqualTo(8081);
        assertThat(listener.at("/filterChains/0/filters/0/typedConfig/cluster").asText())
                .isEqualTo(cluster.at("/name").asText());
        assertThat(cluster.at("/lbPolicy").asText()).isEqualTo("RANDOM");
        assertThat(cluster.at("/loadAssignment/endpoints/0/lbEndpoints")).hasSize(2);
    }

    private static JsonNode json(Bootstrap bootstrap) throws IOException {
        return new ObjectMapper().readTree(bootstrap.json());
    }

    private static int port(JsonNode address) {
        return address.at("/socketAddress/portValue").asInt();
    }
}
