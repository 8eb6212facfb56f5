package dev.sluice.operator.extension;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// The certificate of the extension server, followed on disk as a Secret's files change.
final class Certificates implements AutoCloseable {

    private static final int LOOK_SECONDS = 10;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("extension-certificates").factory());
    private final List<Closeable> followed = new ArrayList<>();
    private final ServerCredentials credentials;

    private Certificates(Path folder) throws IOException, GeneralSecurityException {
        Path chain = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        Path authority = folder.resolve("ca.crt");
        for (Path file : List.of(chain, key)) {
            if (!Files.isReadable(file)) {
                throw new FileNotFoundException(file
                        + " cannot be read: --extension-cert-path needs tls.crt and tls.key, as a Secret of type"
                        + " kubernetes.io/tls has them");
            }
        }
        AdvancedTlsX509KeyManager own = new AdvancedTlsX509KeyManager();
        followed.add(
                own.updateIdentityCredentials(chain.toFile(), key.toFile(), LOOK_SECONDS, TimeUnit.SECONDS, clock));
        TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder().keyManager(own);
        if (Files.isReadable(authority)) {
            AdvancedTlsX509TrustManager clients = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                    .build();
            followed.add(clients.updateTrustCredentials(authority.toFile(), LOOK_SECONDS, TimeUnit.SECONDS, clock));
            builder.trustManager(clients).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        this.credentials = builder.build();
    }

    static Certificates of(Path folder) throws IOException, GeneralSecurityException {
        return new Certificates(folder);
    }

    ServerCredentials credentials() {
        return credentials;
    }

    @Override
    public void close() {
        for (Closeable each : followed) {
            try {
                each.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        clock.shutdownNow();
    }
}
