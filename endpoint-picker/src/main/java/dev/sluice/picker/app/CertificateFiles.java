package dev.sluice.picker.app;

import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate chain and its key in two files, followed as they change.
///
/// The key manager's own reload looks once a minute at most, and only at files that are both new.
final class CertificateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

    private final File chain;
    private final File key;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private Version version;

    /// When each file was last changed.
    private record Version(long chainMillis, long keyMillis) {}

    CertificateFiles(File chain, File key) throws IOException, GeneralSecurityException {
        this.chain = chain;
        this.key = key;
        for (File file : new File[] {chain, key}) {
            if (!file.canRead()) {
                throw new FileNotFoundException(file + " cannot be read: --cert-path needs tls.crt and tls.key");
            }
        }
        this.version = currentVersion();
        keys.updateIdentityCredentials(chain, key);
    }

    AdvancedTlsX509KeyManager keys() {
        return keys;
    }

    /// Takes over files that have changed; where they cannot be read, what was read last stays.
    void reload() {
        Version current = currentVersion();
        if (current.equals(version)) {
            return;
        }
        version = current;
        try {
            keys.updateIdentityCredentials(chain, key);
            LOG.atInfo().addKeyValue("file", chain).log("The certificate was read again");
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            LOG.atWarn()
                    .setCause(failure)
                    .addKeyValue("file", chain)
                    .log("The certificate cannot be read; the last good one is served on");
        }
    }

    private Version currentVersion() {
        return new Version(chain.lastModified(), key.lastModified());
    }
}
