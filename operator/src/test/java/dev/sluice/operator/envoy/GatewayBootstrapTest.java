package dev.sluice.operator.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.operator.plan.Plan.Address;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GatewayBootstrapTest {

    private final JsonNode bootstrap = json();

    @Test
    void leavesToTheCommandLineWhoItIsAndSaysWhichAddressItBinds() {
        assertThat(bootstrap.at("/node/metadata/sluice.dev~1listen-address").asText())
                .isEqualTo("0.0.0.0");
        assertThat(bootstrap.at("/node").has("id")).isFalse();
        assertThat(bootstrap.at("/node").has("cluster")).isFalse();
    }

    @Test
    void waitsForItsFirstConfigurationHoweverLongThatTakes() {
        assertThat(bootstrap
                        .at("/dynamicResources/cdsConfig/initialFetchTimeout")
                        .asText())
                .isEqualTo("0s");
        assertThat(bootstrap
                        .at("/dynamicResources/ldsConfig/initialFetchTimeout")
                        .asText())
                .isEqualTo("0s");
    }

    @Test
    void looksTheServerOfItsConfigurationUpAndNoticesWhenItIsGone() {
        JsonNode xds = bootstrap.at("/staticResources/clusters/0");
        assertThat(xds.at("/type").asText()).isEqualTo("STRICT_DNS");
        assertThat(xds.findPath("connectionKeepalive").at("/interval").asText()).isEqualTo("30s");
    }

    @Test
    void showsOnlyTwoPagesOfItsAdminInterfaceAndDrains() {
        assertThat(bootstrap.at("/admin/address/socketAddress/address").asText())
                .isEqualTo("127.0.0.1");
        JsonNode health = bootstrap.at("/staticResources/listeners/0");
        assertThat(health.at("/address/socketAddress/portValue").asInt()).isEqualTo(GatewayBootstrap.HEALTH_PORT);
        assertThat(health.findPath("routes").findValues("path"))
                .extracting(JsonNode::asText)
                .containsExactly("/ready", "/stats/prometheus", "/drain");
    }

    private static JsonNode json() {
        try {
            return new ObjectMapper()
                    .readTree(new GatewayBootstrap(new Address("sluice-operator.sluice-system.svc", 18000)).json());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
