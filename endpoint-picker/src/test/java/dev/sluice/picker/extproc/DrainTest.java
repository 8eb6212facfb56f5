package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How a picker that is told to stop lets go of its streams.
class DrainTest {
    private static final String BODY = "{\"model\":\"plain\",\"prompt\":\"hello\"}";

    private static EnvoyStream placed(PickerFixture fixture) throws InterruptedException {
        EnvoyStream envoy = fixture.stream().chat("r1").requestBody(BODY.replace("prompt", "user"), true);
        assertThat(EnvoyStream.destination(envoy.answer())).startsWith("127.0.1.");
        envoy.requestBody();
        return envoy;
    }

    @Test
    void saysThatItStopsAndLetsAnOpenStreamEnd() throws Exception {
        try (PickerFixture fixture = PickerFixture.serving();
                EnvoyStream envoy = placed(fixture)) {
            ManagedChannel probes = NettyChannelBuilder.forAddress(
                            fixture.picker().healthAddress())
                    .usePlaintext()
                    .build();
            try {
                HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(probes);
                HealthCheckRequest readiness =
                        HealthCheckRequest.newBuilder().setService("readiness").build();
                assertThat(health.check(readiness).getStatus()).isEqualTo(ServingStatus.SERVING);
                Thread stopping =
                        Thread.ofVirtual().start(() -> fixture.picker().close());
                await().until(() -> health.check(readiness).getStatus() == ServingStatus.NOT_SERVING);
                try (EnvoyStream late = fixture.stream()) {
                    assertThat(late.chat("r2").end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                }
                assertThat(stopping.isAlive()).isTrue();
                envoy.responseHeaders(false, ":status", "200", "content-type", "application/json")
                        .responseBody("{}", true)
                        .halfClose();
                assertThat(envoy.answer().hasResponseHeaders()).isTrue();
                assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo("{}");
                assertThat(envoy.end()).isEqualTo(Status.OK);
                assertThat(stopping.join(Duration.ofSeconds(4))).isTrue();
            } finally {
                probes.shutdownNow();
            }
        }
    }

    @Test
    void takesNewStreamsUntilEnvoysHaveFoundOut() throws Exception {
        try (PickerFixture fixture = new PickerFixture(
                new ExchangeSettings(new PoolId("ml", "llama"), PickerFixture.MAX_BODY, Duration.ofSeconds(5), 1),
                new PickerConfig.Shutdown(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
            fixture.picker().publish(PickerFixture.resources(1));
            HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(fixture.channel());
            Thread stopping = Thread.ofVirtual().start(() -> fixture.picker().close());
            await().until(() ->
                    health.check(HealthCheckRequest.getDefaultInstance()).getStatus() == ServingStatus.NOT_SERVING);
            placed(fixture).close();
            assertThat(stopping.join(Duration.ofSeconds(4))).isTrue();
            try (EnvoyStream late = fixture.stream()) {
                assertThat(late.chat("late").end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }
    }

    @Test
    void aStreamThatDoesNotEndIsLetGoAfterTheDrain() throws Exception {
        try (PickerFixture fixture = new PickerFixture(1, Duration.ofSeconds(5), Duration.ofMillis(200))) {
            fixture.picker().publish(PickerFixture.resources(1));
            try (EnvoyStream envoy = placed(fixture)) {
                fixture.picker().close();
                assertThat(envoy.end().isOk()).isFalse();
            }
        }
    }
}
