package dev.sluice.picker.extproc.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.extproc.EnvoyStream;
import dev.sluice.picker.extproc.PickerFixture;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the Inference Gateway's conformance tests ask of a picker, and that nobody gets it unasked.
class ConformanceHooksTest {
    private static EnvoyStream choosing(PickerFixture fixture, String endpoints) {
        return fixture.stream()
                .requestHeaders(false, ":method", "POST", ":path", "/", "test-epp-endpoint-selection", endpoints);
    }

    private static Map<String, String> onResponse(ProcessingResponse answer) {
        return EnvoyStream.set(answer.getResponseHeaders().getResponse().getHeaderMutation());
    }

    @Test
    void theClientChoosesTheEndpoints() throws Exception {
        try (PickerFixture fixture = PickerFixture.withTestHooks()) {
            for (String chosen : new String[] {"127.0.1.2", "127.0.1.2:1", "10.9.9.9, 127.0.1.2:1 ,127.0.1.3:77"}) {
                try (EnvoyStream envoy = choosing(fixture, chosen)
                        .metadata(
                                "envoy.lb.subset_hint",
                                "x-gateway-destination-endpoint-subset",
                                EnvoyStream.text("127.0.1.1:1"))) {
                    ProcessingResponse answer = envoy.answer();
                    assertThat(EnvoyStream.destination(answer)).isEqualTo("127.0.1.2:1");
                    assertThat(EnvoyStream.set(
                                    answer.getRequestHeaders().getResponse().getHeaderMutation()))
                            .containsEntry("x-echo-set-header", "x-conformance-test-served-endpoint:127.0.1.2:1");
                }
            }
            try (EnvoyStream envoy = choosing(fixture, "127.0.1.3,127.0.1.1")) {
                assertThat(Set.of(EnvoyStream.destination(envoy.answer()).split(",")))
                        .isEqualTo(Set.of("127.0.1.1:1", "127.0.1.3:1"));
            }
            try (EnvoyStream envoy = choosing(fixture, "127.0.2.1")) {
                assertThat(envoy.refusal().getStatus().getCodeValue()).isEqualTo(503);
            }
        }
    }

    @Test
    void theResponseNamesTheEndpointThatTheProxyReports() throws Exception {
        try (PickerFixture fixture = PickerFixture.withTestHooks()) {
            try (EnvoyStream envoy = choosing(fixture, "127.0.1.2")) {
                envoy.answer();
                envoy.metadata("envoy.lb", "x-gateway-destination-endpoint-served", EnvoyStream.text("127.0.1.2:1"))
                        .responseHeaders(false, ":status", "200");
                assertThat(onResponse(envoy.answer()))
                        .containsEntry("x-conformance-test-served-endpoint", "127.0.1.2:1")
                        .containsEntry("x-went-into-resp-headers", "true");
            }
            try (EnvoyStream envoy = choosing(fixture, "127.0.1.2")) {
                envoy.answer();
                envoy.responseHeaders(false, ":status", "200");
                assertThat(onResponse(envoy.answer()))
                        .containsEntry("x-conformance-test-served-endpoint", "fail: missing envoy lb metadata");
            }
            try (EnvoyStream envoy = choosing(fixture, "127.0.1.2")) {
                envoy.answer();
                envoy.metadata("envoy.lb", "other", EnvoyStream.text("x")).responseHeaders(false, ":status", "200");
                assertThat(onResponse(envoy.answer()))
                        .containsEntry(
                                "x-conformance-test-served-endpoint",
                                "fail: missing destination endpoint served metadata");
            }
        }
    }

    @Test
    void nobodyChoosesUnlessTheHooksAreOn() throws Exception {
        try (PickerFixture fixture = PickerFixture.serving();
                EnvoyStream envoy = choosing(fixture, "10.9.9.9")) {
            ProcessingResponse answer = envoy.answer();
            assertThat(EnvoyStream.destination(answer)).startsWith("127.0.1.");
            assertThat(EnvoyStream.set(answer.getRequestHeaders().getResponse().getHeaderMutation()))
                    .doesNotContainKey("x-echo-set-header");
            envoy.responseHeaders(false, ":status", "200");
            assertThat(onResponse(envoy.answer())).isEmpty();
        }
    }
}
