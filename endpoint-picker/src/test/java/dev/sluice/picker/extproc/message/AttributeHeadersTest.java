package dev.sluice.picker.extproc.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.RequestAttributes;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Header names are written out: they are upstream's, and clients send them.
class AttributeHeadersTest {
    private static RequestAttributes of(Map<String, String> headers) {
        AttributeHeaders claims = new AttributeHeaders(HeaderMap.getDefaultInstance());
        headers.forEach((name, value) -> claims.read(HeaderValue.newBuilder()
                .setKey(name)
                .setRawValue(ByteString.copyFromUtf8(value))
                .build()));
        return claims.attributes();
    }

    @Test
    void bothFamiliesOfHeadersAreRead() {
        assertThat(of(Map.of("x-llm-d-inference-objective", "chat", "x-llm-d-inference-fairness-id", "a")))
                .isEqualTo(new RequestAttributes("chat", "a", 0));
        assertThat(of(Map.of("x-gateway-inference-objective", "chat", "x-gateway-inference-fairness-id", "a")))
                .isEqualTo(new RequestAttributes("chat", "a", 0));
        assertThat(of(Map.of("x-llm-d-slo-ttft-ms", "200", "x-llm-d-slo-tpot-ms", "30.5")))
                .isEqualTo(new RequestAttributes("", "", 0, new Objectives(200, 30.5)));
        assertThat(of(Map.of("x-slo-ttft-ms", "200", "x-slo-tpot-ms", "30.5")))
                .isEqualTo(new RequestAttributes("", "", 0, new Objectives(200, 30.5)));
    }

    @Test
    void theNewerNameCounts() {
        assertThat(of(Map.of(
                        "x-llm-d-inference-objective", "new",
                        "x-gateway-inference-objective", "old",
                        "x-llm-d-slo-ttft-ms", "1",
                        "x-slo-ttft-ms", "2")))
                .isEqualTo(new RequestAttributes("new", "", 0, new Objectives(1, Double.POSITIVE_INFINITY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "NaN", "Infinity", "200ms", "soon"})
    void whatIsNoPositiveNumberIsNoObjective(String value) {
        assertThat(of(Map.of("x-llm-d-slo-ttft-ms", value))).isEqualTo(RequestAttributes.NONE);
    }

    @Test
    void clientsWithoutAnIdAreToldApartByTheirKeysWhichAreNotKept() {
        String one = of(Map.of("authorization", "Bearer sk-one")).tenant();
        assertThat(one).isNotEmpty().doesNotContain("sk-one");
        assertThat(of(Map.of("authorization", "Bearer sk-one")).tenant()).isEqualTo(one);
        assertThat(of(Map.of("authorization", "Bearer sk-two")).tenant()).isNotEqualTo(one);
        assertThat(of(Map.of("authorization", "Bearer sk-one", "x-llm-d-inference-fairness-id", "a"))
                        .tenant())
                .isEqualTo("a");
        assertThat(of(Map.of())).isEqualTo(RequestAttributes.NONE);
    }
}
