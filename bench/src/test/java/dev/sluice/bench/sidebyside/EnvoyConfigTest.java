package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.EnvoyConfig;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvoyConfigTest {
    private static final String FILTERS = "/filter_chains/0/filters/0/typed_config/http_filters";

    private final JsonNode resources = new ObjectMapper()
            .readTree(EnvoyConfig.json(
                    List.of(HostAndPort.fromParts("127.0.0.11", 8000), HostAndPort.fromParts("127.0.0.12", 8000)),
                    PickerContender.listeners(
                            List.of(
                                    PickerContender.NONE,
                                    PickerContender.parse("a=127.0.0.1:1,1"),
                                    PickerContender.parse("b=127.0.0.1:2,2,tls")),
                            List.of(Work.BodyMode.values()))))
            .path("static_resources");

    EnvoyConfigTest() throws IOException {}

    @Test
    void hasAListenerForEachContenderAndMode() {
        assertThat(resources.path("listeners").findValuesAsText("name"))
                .contains("none/NONE", "a/FULL_DUPLEX_STREAMED", "b/NONE");
        assertThat(resources.path("listeners")).hasSize(6);
    }

    @Test
    void listenersDifferInThePickerAlone() {
        for (JsonNode listener : resources.path("listeners")) {
            String name = listener.path("name").asText();
            JsonNode filters = listener.at(FILTERS);
            assertThat(filters).hasSize(name.startsWith("none") ? 1 : 2);
            if (filters.size() == 2) {
                JsonNode extProc = filters.path(0).path("typed_config");
                assertThat(extProc.at("/grpc_service/envoy_grpc/cluster_name").asText())
                        .isEqualTo("picker/" + name.charAt(0));
                assertThat(extProc.at("/processing_mode/response_body_mode").asText())
                        .isEqualTo(name.substring(name.indexOf('/') + 1));
            }
        }
    }

    @Test
    void speaksTlsOnlyToThoseThatWantIt() {
        for (JsonNode cluster : resources.path("clusters")) {
            assertThat(cluster.has("transport_socket"))
                    .isEqualTo(cluster.path("name").asText().equals("picker/b"));
        }
    }
}
