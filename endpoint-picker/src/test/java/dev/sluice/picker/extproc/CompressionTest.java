package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An answer that the picker reads on its way must not come compressed.
class CompressionTest {
    private PickerFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = PickerFixture.serving();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, {\"model\":\"chat\"}, true",
        "/v1/chat/completions, {\"model\":\"plain\"}, true",
        "/tokenize, {\"model\":\"chat\"}, true",
        "/v1/files, {}, false",
    })
    void engineIsNotToldOfEncodingsWhereItsAnswerIsRead(String path, String body, boolean read) throws Exception {
        try (EnvoyStream envoy = fixture.stream()
                .requestHeaders(false, ":method", "POST", ":path", path, "accept-encoding", "gzip")
                .requestBody(body, true)) {
            assertThat(envoy.answer()
                            .getRequestHeaders()
                            .getResponse()
                            .getHeaderMutation()
                            .getRemoveHeadersList())
                    .isEqualTo(read ? List.of("accept-encoding") : List.of());
        }
    }
}
