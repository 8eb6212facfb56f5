package dev.sluice.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.Loopback;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A folder with a Secret and a namespace: its HTTPS listener serves with the certificate, also with the next one.
class StandaloneHttpsIT {
    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(1);

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void anHttpsListenerServesWithTheCertificateOfTheFolder() throws Exception {
        int port = Loopback.freePort();
        Path file = STACK.folder().resolve("secure.yaml");
        X509Bundle first = certificate();
        Files.writeString(file, gateway(port, first));
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(ask(port, first)).isEqualTo(200));

        X509Bundle second = certificate();
        Files.writeString(file, gateway(port, second));
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(ask(port, second)).isEqualTo(200));
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static String gateway(int port, X509Bundle certificate) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: default, labels: {access: secure}}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: localhost}
                type: kubernetes.io/tls
                stringData:
                  tls.crt: |
                %s
                  tls.key: |
                %s
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: secure}
                spec:
                  gatewayClassName: sluice
                  listeners:
                    - name: https
                      protocol: HTTPS
                      port: %d
                      tls: {certificateRefs: [{name: localhost}]}
                      allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {access: secure}}}}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: secure}
                spec:
                  parentRefs: [{name: secure}]
                  rules:
                    - backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                """.formatted(
                        certificate.getCertificatePathPEM().indent(4),
                        certificate.getPrivateKeyPEM().indent(4),
                        port);
    }

    private static int ask(int port, X509Bundle trusted)
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyStore store = trusted.toKeyStore(new char[0]);
        store.setCertificateEntry("trusted", trusted.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            String body = "{\"model\": \"%s\", \"max_tokens\": 2, \"prompt\": \"Hello\"}".formatted(GatewayStack.MODEL);
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/completions"))
                    .header("content-type", "application/json")
                    .timeout(Duration.ofSeconds(5))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
