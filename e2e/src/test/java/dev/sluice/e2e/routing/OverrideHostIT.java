package dev.sluice.e2e.routing;

import static dev.sluice.e2e.stack.ScriptedPicker.sendTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Envoy does, configured as Sluice does it, with a picker that is right or wrong in every way the protocol
/// allows: the behaviour matrix of `override_host`, fail-closed.
class OverrideHostIT {
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";
    private static final String PATH = "/v1/completions";

    private static Loopback pods;
    private static RecordingPod first;
    private static RecordingPod second;
    private static ScriptedPicker picker;
    private static Gateway gateway;

    /// The third address is a pod on whose port nobody listens; the fourth is a pod that only a picker knows.
    private static String dead;

    private static String unknown;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(4);
        dead = pods.address(2);
        unknown = pods.address(3);
        first = RecordingPod.start(pods.socket(0));
        second = RecordingPod.start(pods.socket(1));
        picker = ScriptedPicker.start();
        Loopback known = new Loopback(pods.hosts().subList(0, 3), pods.port());
        gateway = Gateway.start(
                Manifests.onePool("FailClose", known),
                new Gateway.Options(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ZERO),
                picker);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        picker.close();
        first.close();
        second.close();
    }

    @BeforeEach
    void forget() {
        first.reset();
        second.reset();
    }

    @Test
    void sendsARequestToTheNextOfTheListWhenTheFirstRefusesTheConnection() {
        picker.play(sendTo(dead + "," + pods.address(1) + "," + pods.address(0)));

        assertThat(post().statusCode()).isEqualTo(200);
        assertThat(second.only().body()).asString().isEqualTo(BODY);
        assertThat(first.received()).isEmpty();
    }

    @Test
    void sendsARequestToTheNextOfTheListWhenTheFirstAnswers503() {
        first.answer(RecordingPod.status(503, "loading"));
        picker.play(sendTo(pods.address(0) + "," + pods.address(1)));

        assertThat(post().statusCode()).isEqualTo(200);
        assertThat(first.only().body()).asString().isEqualTo(BODY);
        assertThat(second.only().body()).asString().isEqualTo(BODY);
    }

    @Test
    void choosesItselfWhenThePickedEndpointIsNotInTheCluster() {
        picker.play(sendTo(unknown));

        assertThat(post().statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo(1);
    }

    @Test
    void choosesItselfWhenThePickerNamesNoDestination() {
        picker.play(sendTo(null));

        assertThat(post().statusCode()).isEqualTo(200);
        assertThat(served()).isEqualTo(1);
    }

    @Test
    void passesAnImmediateResponseOnAndLogsItsDetails() {
        picker.play((_, envoy) -> {
            envoy.onNext(ProcessingResponse.newBuilder()
                    .setImmediateResponse(ImmediateResponse.newBuilder()
                            .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests))
                            .setHeaders(HeaderMutation.newBuilder()
                                    .addSetHeaders(HeaderValueOption.newBuilder()
                                            .setHeader(HeaderValue.newBuilder()
                                                    .setKey("retry-after")
                                                    .setRawValue(ByteString.copyFromUtf8("7")))))
                            .setDetails("shed_by_script"))
                    .build());
            envoy.onCompleted();
        });

        HttpResponse<String> response = post();

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).hasValue("7");
        await().untilAsserted(() -> assertThat(gateway.envoyLog()).contains("shed_by_script"));
        assertThat(served()).isZero();
    }

    @Test
    void answers503WhenThePickerFailsAtTheHeaders() {
        failAt(RequestCase.REQUEST_HEADERS);

        assertThat(post().statusCode()).isEqualTo(503);
        assertThat(served()).isZero();
    }

    @Test
    void answers503WhenThePickerFailsAtTheBody() {
        failAt(RequestCase.REQUEST_BODY);

        assertThat(post().statusCode()).isEqualTo(503);
    }

    /// The order of the picking model: the headers are answered after the body has been read.
    @Test
    void answers503WhenThePickerReadsTheBodyAndThenFails() {
        picker.play((message, envoy) -> {
            if (message.hasRequestBody()) {
                envoy.onError(Status.UNAVAILABLE.asRuntimeException());
            }
        });

        assertThat(post().statusCode()).isEqualTo(503);
        assertThat(served()).isZero();
    }

    @Test
    void answers503WhenThePickerFailsAtTheResponseHeadersThoughAPodHasWorked() {
        failAt(RequestCase.RESPONSE_HEADERS);

        assertThat(post().statusCode()).isEqualTo(503);
        assertThat(first.received()).hasSize(1);
    }

    @Test
    void breaksTheTransferWhenThePickerFailsInTheMiddleOfAResponse() {
        endInTheMiddleOfAResponse(envoy -> envoy.onError(Status.INTERNAL.asRuntimeException()));

        assertThatThrownBy(OverrideHostIT::post)
                .as("no client may take half an answer for a whole one")
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void breaksTheTransferWhenThePickersProcessDiesInTheMiddleOfAResponse() throws Exception {
        ScriptedPicker dying = ScriptedPicker.start();
        Semaphore killed = new Semaphore(0);
        first.answer((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write("first".getBytes(StandardCharsets.UTF_8));
            out.flush();
            waitFor(killed);
            out.write("last".getBytes(StandardCharsets.UTF_8));
        });
        dying.play((message, envoy) -> {
            sendTo(pods.address(0)).on(message, envoy);
            if (message.hasResponseBody()) {
                Thread.startVirtualThread(dying::kill);
            }
        });
        Loopback one = new Loopback(pods.hosts().subList(0, 1), pods.port());
        try (Gateway mortal = Gateway.start(Manifests.onePool("FailClose", one), Gateway.Options.USUAL, dying)) {
            assertThatThrownBy(() -> mortal.http().post(PATH, BODY)).isInstanceOf(UncheckedIOException.class);
        } finally {
            killed.release();
            dying.close();
        }
    }

    /// Envoy takes a stream that ends well for a picker that wants to hear no more: the body that it has handed
    /// over is lost. This is why Sluice's picker never ends a stream with OK before it has answered.
    @Test
    void losesTheBodyWhenThePickerEndsItsStreamWithOkAfterTheHeaders() {
        endWithOkAfterTheHeaders();
        HttpRequest chunked = gateway.http()
                .request(PATH)
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(BODY.getBytes(StandardCharsets.UTF_8))))
                .build();

        assertThat(gateway.http().send(chunked).statusCode()).isEqualTo(200);
        assertThat(first.only().body()).isEmpty();
    }

    /// The length that Sluice lets Envoy keep makes the loss visible: the pod goes on waiting for the body.
    @Test
    void doesNotPassALostBodyOffAsAnEmptyOneWhenItsLengthWasDeclared() {
        endWithOkAfterTheHeaders();

        assertThat(post().statusCode()).isEqualTo(504);
        assertThat(served()).isZero();
    }

    @Test
    void losesWhatItHandedOverWhenThePickerEndsItsStreamWithOkInTheMiddleOfAResponse() {
        endInTheMiddleOfAResponse(StreamObserver::onCompleted);

        HttpResponse<String> response = post();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("first,").doesNotContain("second");
    }

    @Test
    void givesAHangingPickerUpAfterTheIdleTimeout() {
        picker.play((_, _) -> {});
        long began = System.nanoTime();

        HttpResponse<String> response = post();

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        assertThat(served()).isZero();
    }

    private static HttpResponse<String> post() {
        return gateway.http().post(PATH, BODY);
    }

    private static int served() {
        return first.received().size() + second.received().size();
    }

    /// A pod sends three chunks, each once the one before has passed the picker, which ends its stream at the
    /// second.
    private static void endInTheMiddleOfAResponse(Consumer<StreamObserver<ProcessingResponse>> end) {
        Semaphore passed = new Semaphore(0);
        first.answer((exchange, _) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (String chunk : List.of("first,", "second,", "third")) {
                out.write(chunk.getBytes(StandardCharsets.UTF_8));
                out.flush();
                waitFor(passed);
            }
        });
        picker.play((message, envoy) -> {
            if (message.getResponseBody().getBody().toStringUtf8().startsWith("second")) {
                end.accept(envoy);
                passed.release(2);
            } else {
                sendTo(pods.address(0)).on(message, envoy);
                passed.release(message.hasResponseBody() ? 1 : 0);
            }
        });
    }

    /// Answers the headers and nothing else, once the body has been handed over: a body that Envoy still has
    /// would pass.
    private static void endWithOkAfterTheHeaders() {
        ProcessingRequest headers = ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.getDefaultInstance())
                .build();
        picker.play((message, envoy) -> {
            if (message.hasRequestBody()) {
                sendTo(pods.address(0)).on(headers, envoy);
                envoy.onCompleted();
            }
        });
    }

    private static void failAt(RequestCase when) {
        picker.play((message, envoy) -> {
            if (message.getRequestCase() == when) {
                envoy.onError(Status.INTERNAL.asRuntimeException());
            } else {
                sendTo(pods.address(0)).on(message, envoy);
            }
        });
    }

    private static void waitFor(Semaphore event) throws IOException {
        try {
            if (!event.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
