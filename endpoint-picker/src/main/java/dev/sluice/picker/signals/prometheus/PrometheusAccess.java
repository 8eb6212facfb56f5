package dev.sluice.picker.signals.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// With what the picker presents itself to Prometheus servers, and which of them it believes. Set where the picker is
/// started, not in a policy: whoever may write a policy must not be able to send the picker's token to an address of
/// their own.
///
/// @param server the only server that gets the token, or null for none
/// @param tokenFile holds the bearer token; read for each query, because mounted tokens are replaced
/// @param caFile certificates in PEM that are believed beside none other; the JVM's own when null
public record PrometheusAccess(
        @Nullable URI server,
        @Nullable Path tokenFile,
        @Nullable Path caFile) {
    public static final PrometheusAccess NONE = new PrometheusAccess(null, null, null);

    Optional<String> token(URI url) throws IOException {
        if (tokenFile == null || !url.equals(server)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(tokenFile).strip());
    }

    Optional<SSLContext> trust() throws IOException, GeneralSecurityException {
        if (caFile == null) {
            return Optional.empty();
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(caFile)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return Optional.of(context);
    }
}
