package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Requests whose bodies are not read and that have to wait: Envoy sends their bodies on meanwhile.
class UnreadExchangeTest {
    private static final String BIG = "x".repeat(900);

    private static void assertTooMany(ImmediateResponse refusal, String outcome) {
        assertThat(refusal.getStatus().getCodeValue()).isEqualTo(429);
        assertThat(refusal.getDetails()).isEqualTo("sluice_" + outcome);
        assertThat(EnvoyStream.set(refusal.getHeaders()).get("retry-after")).matches("[1-9][0-9]*");
    }

    @Test
    void bodyThatComesMeanwhileArrivesWholeAndInOrder() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture();
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            upload.requestBody("--one", false).requestBody("--two", false);
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            running.cancel();
            ProcessingResponse placed = upload.answer();
            assertThat(EnvoyStream.destination(placed)).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(EnvoyStream.set(placed.getRequestHeaders().getResponse().getHeaderMutation()))
                    .doesNotContainKey("content-length");
            upload.requestBody("--three", true);
            assertThat(upload.requestBody()).isEqualTo("--one--two--three");
            upload.responseHeaders(true, ":status", "200").answer();
            fixture.awaitEnds(1, "completed");
            fixture.assertIdle();
        }
    }

    @Test
    void bodyThatEndedMeanwhileStillEnds() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture();
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            upload.requestBody("--one", false).requestBody("", true);
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            running.cancel();
            assertThat(EnvoyStream.destination(upload.answer())).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(upload.requestBody()).isEqualTo("--one");
        }
    }

    @Test
    void trailersThatCameMeanwhileFollowTheBody() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture();
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            upload.requestBody("--one", false).requestTrailers();
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            running.cancel();
            assertThat(EnvoyStream.destination(upload.answer())).isEqualTo(ServiceFixture.DESTINATION);
            var piece = upload.answer()
                    .getRequestBody()
                    .getResponse()
                    .getBodyMutation()
                    .getStreamedResponse();
            assertThat(piece.getBody().toStringUtf8()).isEqualTo("--one");
            assertThat(piece.getEndOfStream()).isFalse();
            assertThat(upload.answer().hasRequestTrailers()).isTrue();
        }
    }

    @Test
    void envoyThatKeepsTheBytesIsAnsweredEachMessage() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withMostBytes(10));
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.stream().modes(BodySendMode.STREAMED, BodySendMode.NONE)) {
            ServiceFixture.upload(upload).requestBody(BIG, false).requestBody(BIG, true);
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            running.cancel();
            assertThat(EnvoyStream.destination(upload.answer())).isEqualTo(ServiceFixture.DESTINATION);
            for (int message = 0; message < 2; message++) {
                assertThat(upload.answer().getRequestBody().getResponse())
                        .isEqualTo(CommonResponse.getDefaultInstance());
            }
        }
    }

    @Test
    void requestThatHasWaitedTooLongIsToldWhenToComeBack() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture();
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            upload.requestBody("--one", false);
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            fixture.time.pass(Duration.ofMinutes(2));
            assertTooMany(upload.refusal(), "queue_timeout");
            assertThat(upload.end()).isEqualTo(Status.OK);
            running.cancel();
            fixture.awaitEnds(1, "cancelled");
            fixture.assertIdle();
        }
    }

    @Test
    void requestThatFindsTheQueueFullIsToldWhenToComeBack() throws Exception {
        AdmissionSettings usual = ServiceFixture.Parts.usual().settings();
        AdmissionSettings one = new AdmissionSettings(
                true,
                usual.queueing(),
                usual.headroom(),
                usual.patience(),
                new AdmissionSettings.QueueLimits(
                        new Limits(1, 1_000_000),
                        usual.limits().each(),
                        usual.limits().sheddable()));
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withSettings(one));
                EnvoyStream running = fixture.saturating();
                EnvoyStream first = fixture.upload()) {
            first.requestBody("--first", false);
            fixture.awaitWaiting(1);
            try (EnvoyStream second = fixture.upload()) {
                second.requestBody("--second", false);
                assertTooMany(second.refusal(), "queue_full");
            }
            first.noAnswerYet();
            running.cancel();
            assertThat(EnvoyStream.destination(first.answer())).isEqualTo(ServiceFixture.DESTINATION);
        }
    }

    @Test
    void bodyThatGrowsBeyondWhatMayBeHeldIsRefused() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withMostBytes(1_000));
                EnvoyStream running = fixture.saturating();
                EnvoyStream upload = fixture.upload()) {
            upload.requestBody(BIG, false);
            fixture.awaitWaiting(1);
            upload.noAnswerYet();
            upload.requestBody(BIG, false);
            assertTooMany(upload.refusal(), "queue_full");
            fixture.awaitWaiting(0);
            try (EnvoyStream next = fixture.upload()) {
                next.requestBody(BIG, false);
                fixture.awaitWaiting(1);
                next.noAnswerYet();
                running.cancel();
                assertThat(EnvoyStream.destination(next.answer())).isEqualTo(ServiceFixture.DESTINATION);
            }
        }
    }

    @Test
    void declaredLengthCountsBeforeItHasCome() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withMostBytes(1_000));
                EnvoyStream running = fixture.saturating();
                EnvoyStream first = fixture.upload("content-length", "900")) {
            fixture.awaitWaiting(1);
            try (EnvoyStream second = fixture.upload("content-length", "900")) {
                assertTooMany(second.refusal(), "queue_full");
            }
            first.requestBody(BIG, true).noAnswerYet();
            running.cancel();
            assertThat(EnvoyStream.destination(first.answer())).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(first.requestBody()).isEqualTo(BIG);
        }
    }

    @Test
    void bodyLongerThanAnyMayPassButNotWait() throws Exception {
        String length = Integer.toString(ServiceFixture.MAX_BODY + 1);
        try (ServiceFixture fixture = new ServiceFixture()) {
            try (EnvoyStream alone = fixture.upload("content-length", length)) {
                assertThat(EnvoyStream.destination(alone.answer())).isEqualTo(ServiceFixture.DESTINATION);
            }
            fixture.awaitEnds(1, "cancelled");
            try (EnvoyStream running = fixture.saturating();
                    EnvoyStream upload = fixture.upload("content-length", length)) {
                assertTooMany(upload.refusal(), "queue_full");
                running.noAnswerYet();
            }
        }
    }

    @Test
    void nothingIsHeldForAClientThatWentAway() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withMostBytes(1_000));
                EnvoyStream running = fixture.saturating()) {
            for (int client = 1; client <= 3; client++) {
                try (EnvoyStream upload = fixture.upload()) {
                    upload.requestBody(BIG, false);
                    fixture.awaitWaiting(1);
                    upload.noAnswerYet();
                    upload.cancel();
                    fixture.awaitEnds(client, "cancelled");
                    fixture.awaitWaiting(0);
                }
            }
            running.cancel();
            fixture.awaitEnds(4, "cancelled");
            fixture.assertIdle();
        }
    }
}
