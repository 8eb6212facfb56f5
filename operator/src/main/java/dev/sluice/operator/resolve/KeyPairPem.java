package dev.sluice.operator.resolve;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAKey;
import java.util.Collection;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// Checks that a chain and a key in PEM can be read and belong together: Envoy would refuse them, and with them all
/// else that is new, when they do not.
final class KeyPairPem {

    private static final byte[] PROBE = "Sluice".getBytes(StandardCharsets.US_ASCII);

    private KeyPairPem() {}

    /// @throws IllegalArgumentException saying what is wrong
    static void check(String chain, String key) {
        PublicKey certified = certifiedBy(chain);
        if (!belong(certified, privateKey(key))) {
            throw new IllegalArgumentException("the key in tls.key is not the one that tls.crt certifies");
        }
    }

    private static PublicKey certifiedBy(String chain) {
        try {
            Collection<? extends java.security.cert.Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain.getBytes(StandardCharsets.US_ASCII)));
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("tls.crt holds no certificate in PEM");
            }
            return certificates.iterator().next().getPublicKey();
        } catch (CertificateException unreadable) {
            throw new IllegalArgumentException("tls.crt holds no certificate in PEM", unreadable);
        }
    }

    private static PrivateKey privateKey(String key) {
        try (PEMParser parser = new PEMParser(new StringReader(key))) {
            for (Object entry = parser.readObject(); entry != null; entry = parser.readObject()) {
                if (entry instanceof PEMKeyPair pair) {
                    return read(pair.getPrivateKeyInfo());
                }
                if (entry instanceof PrivateKeyInfo info) {
                    return read(info);
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("tls.key holds no private key in PEM", unreadable);
        }
        throw new IllegalArgumentException("tls.key holds no private key in PEM");
    }

    private static PrivateKey read(PrivateKeyInfo info) throws PEMException {
        return new JcaPEMKeyConverter().getPrivateKey(info);
    }

    private static boolean belong(PublicKey certified, PrivateKey key) {
        if (certified instanceof RSAKey one && key instanceof RSAKey other) {
            return one.getModulus().equals(other.getModulus());
        }
        try {
            Signature signature = Signature.getInstance(
                    certified.getAlgorithm().equals("EC") ? "SHA256withECDSA" : certified.getAlgorithm());
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException unlike) {
            return false;
        }
    }
}
