package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Ports that stand for one pool each, for gateways that cannot name pools.
class PoolPortTest {
    private static Service service(String pool, int port) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: %s-picker
                  namespace: ml
                  labels: {sluice.dev/pool: %s}
                  annotations: {sluice.dev/picker-port: "%d"}
                """.formatted(pool, pool, port), Service.class);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isOpen(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void aServicesPortIsForItsPoolAsLongAsTheServiceIsThere() throws Exception {
        int port = freePort();
        try (PickerFixture fixture = PickerFixture.serving()) {
            fixture.picker().publish(PickerFixture.resources(3, List.of(service("open", port), service("llama", 0))));
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            try (EnvoyStream envoy = new EnvoyStream(channel)) {
                envoy.requestHeaders(true, ":method", "GET", ":path", "/");
                assertThat(EnvoyStream.destination(envoy.answer())).isEqualTo("127.0.2.1:1");
                fixture.picker().publish(PickerFixture.resources(3));
                await().atMost(Duration.ofSeconds(5)).until(() -> !isOpen(port));
                // The stream that was open goes on.
                envoy.responseHeaders(true, ":status", "200").answer();
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
