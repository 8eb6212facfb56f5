package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.GatewayEnvoy;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Plans;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Certificate;
import dev.sluice.operator.plan.Plan.Chain;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Settings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Listeners that speak TLS: the server name decides which certificate a client sees and which hosts it reaches.
class TlsIT {
    private static final String GATEWAY = "ml/tls";
    private static final String HOST = "127.0.9.8";

    private static int port;
    private static XdsServer xds;
    private static GatewayEnvoy envoy;

    /// What a client saw.
    private record Seen(String certificate, String protocol, String response) {}

    @BeforeAll
    static void start() throws Exception {
        port = Loopback.freePort();
        xds = XdsServer.start(new InetSocketAddress("127.0.9.7", 0), Settings.defaults(), _ -> {});
        xds.publish(plan("exact"));
        envoy = GatewayEnvoy.start(xds.address(), GATEWAY, HOST);
    }

    @AfterAll
    static void stop() {
        envoy.close();
        xds.close();
    }

    @Test
    void theServerNameChoosesTheCertificateAndTheHosts() throws Exception {
        assertThat(get("chat.example.com", "chat.example.com").certificate()).isEqualTo("CN=exact");
        assertThat(get("chat.example.com", "chat.example.com").response())
                .contains(" 200 ")
                .endsWith("exact");
        assertThat(get("docs.example.com", "docs.example.com").certificate()).isEqualTo("CN=wild");
        assertThat(get("docs.example.com", "docs.example.com").response()).endsWith("wild");
        assertThat(get("example.org", "example.org").certificate()).isEqualTo("CN=any");
        assertThat(get(null, "example.org").response()).endsWith("any");
    }

    @Test
    void aConnectionDoesNotReachTheHostsOfAnother() throws Exception {
        assertThat(get("docs.example.com", "chat.example.com").response()).contains(" 421 ");
        assertThat(get("chat.example.com", "docs.example.com").response()).contains(" 421 ");
        assertThat(get("example.org", "chat.example.com").response()).contains(" 421 ");
    }

    @Test
    void http2IsOffered() throws Exception {
        assertThat(handshake("chat.example.com", "h2", "http/1.1").getApplicationProtocol())
                .isEqualTo("h2");
        assertThat(handshake("chat.example.com", "http/1.1").getApplicationProtocol())
                .isEqualTo("http/1.1");
    }

    @Test
    void whoDoesNotSpeakTlsGetsNothing() {
        assertThatThrownBy(() -> {
                    try (var client = envoy.client(port)) {
                        client.get("/");
                    }
                })
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aNewCertificateComesWithoutAnyChangeToListeners() throws Exception {
        long listeners = envoy.stat("listener_manager.lds.update_success");

        xds.publish(plan("renewed"));
        await().until(() ->
                get("chat.example.com", "chat.example.com").certificate().equals("CN=renewed"));

        assertThat(envoy.stat("listener_manager.lds.update_success")).isEqualTo(listeners);
        xds.publish(plan("exact"));
        await().until(() ->
                get("chat.example.com", "chat.example.com").certificate().equals("CN=exact"));
    }

    private static Seen get(@Nullable String serverName, String host) throws Exception {
        try (SSLSocket socket = handshake(serverName, "http/1.1")) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n"
                            .formatted(host)
                            .getBytes(StandardCharsets.US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return new Seen(shown.getSubjectX500Principal().getName(), socket.getApplicationProtocol(), response);
        }
    }

    private static SSLSocket handshake(@Nullable String serverName, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HOST, port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        if (serverName != null) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException failed) {
            socket.close();
            throw failed;
        }
        return socket;
    }

    /// What the certificates say, a test looks at itself.
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /// Three listeners on one port.
    ///
    /// @param exact the name on the certificate of the one with an exact hostname
    private static Plan plan(String exact) {
        List<Chain> chains = List.of(
                chain("any", "*", "any", List.of("chat.example.com", "*.example.com")),
                chain("wild", "*.example.com", "wild", List.of("*", "chat.example.com")),
                chain("exact", "chat.example.com", exact, List.of("*", "*.example.com")));
        Plan.Listener listener = new Plan.Listener.Https(GATEWAY + "/443", port, chains);
        return new Plan(List.of(new Plan.Gateway(GATEWAY, List.of(listener), List.of(), List.of())));
    }

    private static Chain chain(String name, String serverName, String certificate, List<String> others) {
        Host own = new Host(serverName, List.of(Plans.answer(name)));
        List<Host> misdirected = others.stream()
                .map(other ->
                        new Host(other, List.of(Plans.route("misdirected", new Plan.Action.Respond(421, "elsewhere")))))
                .toList();
        return new Chain(
                GATEWAY + "/443/" + name,
                serverName,
                List.of(certificate(name, certificate)),
                Stream.concat(Stream.of(own), misdirected.stream()).toList());
    }

    private static Certificate certificate(String secret, String name) {
        try {
            X509Bundle bundle = new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            return new Certificate("ml/" + secret, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
