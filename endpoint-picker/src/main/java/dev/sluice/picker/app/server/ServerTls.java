package dev.sluice.picker.app.server;

import dev.sluice.picker.app.options.Tls;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/// Makes the TLS context of the gRPC server.
final class ServerTls {
    private ServerTls() {}

    /// @param files follows the certificate's files
    /// @return null for plaintext
    static @Nullable SslContext context(Tls tls, FileFollower files) throws IOException, GeneralSecurityException {
        return switch (tls) {
            case Tls.Plaintext _ -> null;
            case Tls.SelfSigned _ -> selfSigned();
            case Tls.Files(Path folder) -> fromFiles(folder, files);
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

    private static SslContext fromFiles(Path folder, FileFollower files) throws IOException, GeneralSecurityException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(
                        CertificateFiles.keys(folder.resolve("tls.crt"), folder.resolve("tls.key"), files)))
                .build();
    }
}
