package dev.sluice.picker.extproc;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.pools;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.routing.Knowledge;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.telemetry.Meters;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A fault of our own in the response's way, made by a clock that fails once.
class ResponseFaultTest {
    private final AtomicBoolean broken = new AtomicBoolean();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private long nanos() {
        if (broken.getAndSet(false)) {
            throw new IllegalStateException("the clock is broken");
        }
        return System.nanoTime();
    }

    private ExternalProcessorService service() {
        Ticker ticker = this::nanos;
        Pools pools = pools(PolicyKind.COST, H100);
        Knowledge knowledge = new Knowledge(new PrefixIndex(1 << 10), new TokenLearner(), new RateBook());
        Router router =
                new Router(pools, () -> Catalog.EMPTY, knowledge, new Journal(1 << 16), ticker, InstantSource.system());
        return new ExternalProcessorService(
                new Collaborators(router, pools, new Meters(registry), ticker, (_, _) -> () -> {}),
                new ExchangeSettings(POOL, 1_000, Duration.ofSeconds(1), 1));
    }

    @Test
    void theChunkPassesAndAMeterCounts() throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(service())
                .build()
                .start();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        server.getListenSockets().getFirst())
                .usePlaintext()
                .build();
        try (EnvoyStream envoy = new EnvoyStream(channel)) {
            envoy.chat("r1").requestBody("{\"model\":\"m\",\"messages\":[]}", true);
            envoy.answer();
            envoy.requestBody();
            envoy.responseHeaders(false, ":status", "200", "content-type", "text/event-stream");
            envoy.answer();
            String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
            broken.set(true);
            envoy.responseBody(chunk, false);
            assertThat(envoy.responsePiece().getBody().toStringUtf8()).isEqualTo(chunk);
            envoy.responseBody(chunk, true);
            assertThat(envoy.responsePiece().getEndOfStream()).isTrue();
            assertThat(registry.get("sluice.response.faults").counter().count()).isEqualTo(1);
            envoy.halfClose();
            envoy.end();
            assertThat(registry.get("sluice.requests")
                            .tag("outcome", "completed")
                            .counter()
                            .count())
                    .isEqualTo(1);
        } finally {
            channel.shutdownNow();
            server.shutdownNow().awaitTermination();
        }
    }
}
