package dev.sluice.picker.app.server;

import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/// A certificate chain and its key in two files, followed as they change.
///
/// The key manager's own reload looks once a minute at most, and only at files that are both new.
final class CertificateFiles {
    private CertificateFiles() {}

    /// A key manager with the certificate that the files have at any time.
    static AdvancedTlsX509KeyManager keys(Path chain, Path key, FileFollower files)
            throws IOException, GeneralSecurityException {
        for (Path file : List.of(chain, key)) {
            if (!file.toFile().canRead()) {
                throw new FileNotFoundException(file + " cannot be read: --cert-path needs tls.crt and tls.key");
            }
        }
        AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
        File chainFile = chain.toFile();
        File keyFile = key.toFile();
        files.follow("certificate", List.of(chain, key), _ -> keys.updateIdentityCredentials(chainFile, keyFile));
        keys.updateIdentityCredentials(chainFile, keyFile);
        return keys;
    }
}
