package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.LogCapture;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.PickerFixture;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;

/// Whatever else comes to the gRPC port, or is cut on its way there, is closed in silence: no client can fill the log.
class StrayConnectionTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    /// Of a TLS 1.2 client that names a cipher and nothing else.
    private static final byte[] HELLO = hello();

    /// What a stray client does.
    private interface Visit {
        void to(InetSocketAddress picker) throws IOException, GeneralSecurityException;
    }

    private static byte[] hello() {
        byte[] body = new byte[2 + 32 + 1 + 2 + 2 + 1 + 1];
        body[0] = 3;
        body[1] = 3;
        body[36] = 2;
        body[37] = (byte) 0xc0;
        body[38] = 0x2f;
        body[39] = 1;
        byte[] hello = new byte[5 + 4 + body.length];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte) (4 + body.length);
        hello[5] = 1;
        hello[8] = (byte) body.length;
        System.arraycopy(body, 0, hello, 9, body.length);
        return hello;
    }

    private static void send(InetSocketAddress picker, byte[] bytes, boolean reset) throws IOException {
        try (Socket socket = new Socket(picker.getAddress(), picker.getPort())) {
            socket.getOutputStream().write(bytes);
            socket.setSoTimeout(200);
            try {
                InputStream answer = socket.getInputStream();
                var _ = answer.readAllBytes();
            } catch (IOException _) {
                // It waits for more, or has closed.
            }
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    private static void sendAll(InetSocketAddress picker) throws IOException {
        byte[] noise = new byte[4_096];
        new Random(7).nextBytes(noise);
        for (boolean reset : new boolean[] {false, true}) {
            send(picker, new byte[0], reset);
            send(picker, noise, reset);
            send(picker, "GET / HTTP/1.1\r\nhost: picker\r\n\r\n".getBytes(StandardCharsets.US_ASCII), reset);
            send(picker, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII), reset);
            send(
                    picker,
                    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "x".repeat(200)).getBytes(StandardCharsets.US_ASCII),
                    reset);
            send(picker, HELLO, reset);
            send(picker, Arrays.copyOf(HELLO, 20), reset);
        }
    }

    /// A client that speaks TLS, with that protocol within or none.
    private static void handshake(InetSocketAddress picker, boolean trusts, String... protocols)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null, trusts ? InsecureTrustManagerFactory.INSTANCE.getTrustManagers() : new TrustManager[0], null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(picker.getAddress(), picker.getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(200);
            socket.startHandshake();
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var _ = socket.getInputStream().read();
        } catch (IOException _) {
            // It was refused, or refuses the certificate.
        }
    }

    private static void assertSilence(Tls tls, Visit visit) throws Exception {
        PickerConfig config = new PickerConfig(
                new PickerConfig.Listeners(FREE, FREE, FREE, tls),
                new ExchangeSettings(new PoolId("ml", "llama"), 1_000, Duration.ofSeconds(1), 1),
                new PickerConfig.Memory(1 << 10, 1 << 16),
                PickerConfig.Shutdown.within(Duration.ofSeconds(1)));
        try (Picker picker = Picker.start(config)) {
            picker.publish(PickerFixture.resources(0));
            try (LogCapture log = LogCapture.start()) {
                visit.to(picker.grpcAddress());
                // Others are served, and by then all that could be said has been.
                check(picker.grpcAddress(), tls);
                Thread.sleep(200);
                assertThat(log.printed()).isEmpty();
            }
        }
    }

    private static void check(InetSocketAddress picker, Tls tls) throws IOException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(picker);
        ManagedChannel channel = tls instanceof Tls.Plaintext
                ? builder.usePlaintext().build()
                : builder.sslContext(GrpcSslContexts.forClient()
                                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                .build())
                        .build();
        try {
            var _ = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
        await().until(channel::isTerminated);
    }

    @Test
    void bytesThatAreNoHttp2AreClosedInSilence() throws Exception {
        assertSilence(new Tls.Plaintext(), StrayConnectionTest::sendAll);
    }

    @Test
    void bytesThatAreNoTlsAreClosedInSilence() throws Exception {
        assertSilence(new Tls.SelfSigned(), StrayConnectionTest::sendAll);
    }

    @Test
    void clientsOfTlsThatSpeakSomethingElseAreClosedInSilence() throws Exception {
        assertSilence(new Tls.SelfSigned(), picker -> {
            handshake(picker, true);
            handshake(picker, true, "http/1.1");
            handshake(picker, true, "h2");
            handshake(picker, false, "h2");
        });
    }

    @Test
    void clientsOfTlsAtAPlaintextPortAreClosedInSilence() throws Exception {
        assertSilence(new Tls.Plaintext(), picker -> handshake(picker, true, "h2"));
    }
}
