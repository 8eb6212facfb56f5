package dev.sluice.picker.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The certificate authorities that servers of HTTPS are checked by. A server's certificate must be for its
/// host.
public final class TlsTrust {
    private final SslContext context;

    private TlsTrust(SslContext context) {
        this.context = context;
    }

    /// @param caFile certificates in PEM that are believed, and none else; the JVM's own when null
    public static TlsTrust of(@Nullable Path caFile) throws IOException, GeneralSecurityException {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).endpointIdentificationAlgorithm("HTTPS");
        if (caFile != null) {
            builder.trustManager(authorities(caFile));
        }
        return new TlsTrust(builder.build());
    }

    private static TrustManagerFactory authorities(Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(caFile)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    ChannelHandler handler(Channel channel, Origin origin) {
        return context.newHandler(channel.alloc(), origin.host(), origin.port());
    }
}
