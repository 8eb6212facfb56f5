package dev.sluice.picker.app;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Makes the TLS context of the gRPC server.
final class ServerTls {
    private static final long RELOAD_SECONDS = 1;

    private ServerTls() {}

    /// @param reloads runs the checks for changed files
    /// @return null for plaintext
    static @Nullable SslContext context(Tls tls, ScheduledExecutorService reloads)
            throws IOException, GeneralSecurityException {
        return switch (tls) {
            case Tls.Plaintext _ -> null;
            case Tls.SelfSigned _ -> selfSigned();
            case Tls.Files(Path folder) -> fromFiles(folder, reloads);
        };
    }

    private static SslContext selfSigned() throws IOException, GeneralSecurityException {
        try {
            X509Bundle bundle = new CertificateBuilder()
                    .subject("CN=sluice-endpoint-picker")
                    .addSanDnsName("localhost")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            return GrpcSslContexts.configure(SslContextBuilder.forServer(bundle.toKeyManagerFactory()))
                    .build();
        } catch (GeneralSecurityException | IOException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new GeneralSecurityException("cannot make a certificate", failure);
        }
    }

    private static SslContext fromFiles(Path folder, ScheduledExecutorService reloads)
            throws IOException, GeneralSecurityException {
        File chain = folder.resolve("tls.crt").toFile();
        File key = folder.resolve("tls.key").toFile();
        CertificateFiles files = new CertificateFiles(chain, key);
        var _ = reloads.scheduleWithFixedDelay(files::reload, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
        return GrpcSslContexts.configure(SslContextBuilder.forServer(files.keys()))
                .build();
    }
}
