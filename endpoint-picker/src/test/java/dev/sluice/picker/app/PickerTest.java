package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.PickerFixture;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PickerTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final List<String> READINESS =
            List.of("", "readiness", "envoy.service.ext_proc.v3.ExternalProcessor");

    private static Picker start(Tls tls) throws IOException, GeneralSecurityException {
        return Picker.start(config(FREE, FREE, tls));
    }

    private static PickerConfig config(InetSocketAddress grpc, InetSocketAddress admin, Tls tls) {
        return new PickerConfig(
                new PickerConfig.Listeners(grpc, FREE, admin, tls),
                new ExchangeSettings(new PoolId("ml", "llama"), 1_000, Duration.ofSeconds(1), 1),
                new PickerConfig.Memory(1 << 10, 1 << 16),
                PickerConfig.Shutdown.within(Duration.ofSeconds(1)));
    }

    private static ServingStatus check(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @Test
    void isAliveAtOnceAndReadyOnceItKnowsItsPools() throws Exception {
        try (Picker picker = start(new Tls.Plaintext())) {
            ManagedChannel probes = NettyChannelBuilder.forAddress(picker.healthAddress())
                    .usePlaintext()
                    .build();
            ManagedChannel envoy = NettyChannelBuilder.forAddress(picker.grpcAddress())
                    .usePlaintext()
                    .build();
            try {
                assertThat(check(probes, "liveness")).isEqualTo(ServingStatus.SERVING);
                for (String service : READINESS) {
                    assertThat(check(probes, service)).as(service).isEqualTo(ServingStatus.NOT_SERVING);
                }
                picker.publish(PickerFixture.resources(1));
                for (String service : READINESS) {
                    assertThat(check(probes, service)).as(service).isEqualTo(ServingStatus.SERVING);
                    assertThat(check(envoy, service)).as(service).isEqualTo(ServingStatus.SERVING);
                }
                assertThatThrownBy(() -> check(probes, "no-such-service"))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                failure -> assertThat(failure.getStatus().getCode())
                                        .isEqualTo(Status.Code.NOT_FOUND));
            } finally {
                probes.shutdownNow();
                envoy.shutdownNow();
            }
        }
    }

    @Test
    void servesWithACertificateOfItsOwn() throws Exception {
        try (Picker picker = start(new Tls.SelfSigned())) {
            assertThat(subject(picker)).isEqualTo("CN=sluice-endpoint-picker");
        }
    }

    @Test
    void followsTheFilesOfACertificate(@TempDir Path folder) throws Exception {
        write(folder, "CN=first");
        try (Picker picker = start(new Tls.Files(folder))) {
            assertThat(subject(picker)).isEqualTo("CN=first");
            write(folder, "CN=second");
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> subject(picker).equals("CN=second"));
            Files.writeString(folder.resolve("tls.crt"), "not a certificate");
            Thread.sleep(1_500);
            assertThat(subject(picker)).isEqualTo("CN=second");
        }
    }

    @Test
    void doesNotStartWithoutTheFilesItWasGiven(@TempDir Path folder) {
        assertThatThrownBy(() -> start(new Tls.Files(folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tls.crt");
    }

    @Test
    void letsGoOfItsPortsWhenItCannotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress grpc = (InetSocketAddress) probe.getLocalSocketAddress();
            probe.close();
            PickerConfig config = config(grpc, (InetSocketAddress) taken.getLocalSocketAddress(), new Tls.Plaintext());
            assertThatThrownBy(() -> Picker.start(config)).isInstanceOf(IOException.class);
            await().untilAsserted(() -> new ServerSocket(grpc.getPort(), 1, grpc.getAddress()).close());
        }
    }

    private static void write(Path folder, String subject) throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject(subject)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("tls.key"), bundle.getPrivateKeyPEM());
        Files.writeString(folder.resolve("tls.crt"), bundle.getCertificatePathPEM());
    }

    /// The subject of the certificate that a client is shown.
    private static String subject(Picker picker) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAnybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        picker.grpcAddress().getAddress(), picker.grpcAddress().getPort())) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /// The test looks at the certificate itself.
    private static final class TrustAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
