package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.cost.RateBook;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Faults at the ends of requests: whatever they are, all is released, and others are served.
class EndFaultTest {
    private static final byte[] NO_MESSAGE = {(byte) 0xff, (byte) 0xff};
    private final AtomicBoolean broken = new AtomicBoolean();

    /// Rates whose learner of one more kind of hardware cannot be made.
    private RateBook rates() {
        return RateBook.withPriors(prior -> {
            if (broken.get()) {
                throw new IllegalStateException("the learner is broken");
            }
            return prior;
        });
    }

    private static void answer(ServiceFixture fixture, EnvoyStream envoy) throws InterruptedException {
        fixture.time.pass(Duration.ofMillis(20));
        envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream")
                .answer();
        envoy.responseBody("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n", false)
                .responsePiece();
        fixture.time.pass(Duration.ofSeconds(1));
        envoy.responseBody(
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":50}}\n\n", true);
        assertThat(envoy.responsePiece().getEndOfStream()).isTrue();
    }

    @Test
    void learnerThatFailsKeepsNothingFromBeingReleased() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withRates(rates()));
                EnvoyStream running = fixture.saturating();
                EnvoyStream waiting = fixture.upload()) {
            fixture.awaitWaiting(1);
            // There are more GPUs than was thought, and nothing is known yet of so many.
            assertThat(fixture.pools.identify(fixture.endpoint(), "", 2)).isTrue();
            broken.set(true);
            answer(fixture, running);
            assertThat(EnvoyStream.destination(waiting.answer())).isEqualTo(ServiceFixture.DESTINATION);
            fixture.awaitEnds(1, "completed");
            assertThat(fixture.count("sluice.end.faults")).isEqualTo(1);
            waiting.responseHeaders(true, ":status", "200").answer();
            fixture.awaitEnds(2, "completed");
            fixture.assertIdle();
            broken.set(false);
            try (EnvoyStream next = fixture.running()) {
                answer(fixture, next);
            }
            fixture.awaitEnds(3, "completed");
            fixture.assertIdle();
        }
    }

    @Test
    void clockThatFailsKeepsNothingFromBeingReleased() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture();
                EnvoyStream running = fixture.running()) {
            fixture.onNextReading(() -> {
                throw new AssertionError("the clock is broken");
            });
            running.cancel();
            fixture.awaitEnds(1, "cancelled");
            assertThat(fixture.count("sluice.end.faults")).isEqualTo(1);
            fixture.assertIdle();
        }
    }

    @Test
    void requestThatCannotBeginHasAnEndToo() throws Exception {
        try (ServiceFixture fixture = new ServiceFixture()) {
            fixture.onNextReading(() -> {
                throw new IllegalStateException("the clock is broken");
            });
            try (EnvoyStream first = fixture.stream().chat("r1")) {
                assertThat(first.end().getCode()).isEqualTo(Status.Code.INTERNAL);
            }
            fixture.awaitEnds(1, "internal");
            try (EnvoyStream next = fixture.running()) {
                answer(fixture, next);
            }
            fixture.awaitEnds(1, "completed");
            fixture.assertIdle();
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Test
    void callThatGrpcClosesEndsTheRequest() throws Exception {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(ExternalProcessorGrpc.getProcessMethod().getFullMethodName())
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        ProcessingRequest headers = ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder()
                        .setHeaders(EnvoyStream.headers(":method", "GET", ":path", "/v1/files"))
                        .setEndOfStream(true))
                .build();
        try (ServiceFixture fixture = new ServiceFixture()) {
            ClientCall<byte[], byte[]> call = fixture.channel().newCall(method, CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.request(1);
            call.sendMessage(headers.toByteArray());
            await().until(() -> fixture.endpoint().inFlight().requests() == 1);
            call.sendMessage(NO_MESSAGE);
            fixture.awaitEnds(1, "internal");
            fixture.assertIdle();
            try (EnvoyStream next = fixture.running()) {
                answer(fixture, next);
            }
        }
    }
}
