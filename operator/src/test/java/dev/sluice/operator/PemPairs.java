package dev.sluice.operator;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// Certificates and keys for one test run.
public record PemPairs(String chain, String key) {

    /// The key in the form of its algorithm, as `openssl` and Go write it.
    public static PemPairs traditional(String algorithm) {
        KeyPair pair = generate(algorithm);
        return new PemPairs(
                certificate(pair),
                pair.getPrivate() instanceof ECPrivateKey key ? pem(sec1(key)) : pem(pair.getPrivate()));
    }

    /// With the curve in it, which the JDK leaves out.
    private static PemObject sec1(ECPrivateKey key) {
        try {
            return new PemObject(
                    "EC PRIVATE KEY",
                    new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1)
                            .getEncoded());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static PemPairs pkcs8(String algorithm) {
        try {
            KeyPair pair = generate(algorithm);
            return new PemPairs(certificate(pair), pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// A Secret that holds them, as a document of YAML.
    public String secret(String namespace, String name) {
        return """
                apiVersion: v1
                kind: Secret
                type: kubernetes.io/tls
                metadata: {name: %s, namespace: %s}
                data: {tls.crt: %s, tls.key: %s}
                ---
                """.formatted(name, namespace, base64(chain), base64(key));
    }

    public PemPairs withKeyOf(PemPairs other) {
        return new PemPairs(chain, other.key);
    }

    private static KeyPair generate(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String certificate(KeyPair pair) {
        try {
            X500Name name = new X500Name("CN=example.org");
            return pem(new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(Instant.EPOCH),
                            Date.from(Instant.parse("2100-01-01T00:00:00Z")),
                            name,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256with" + signer(pair)).build(pair.getPrivate())));
        } catch (OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String signer(KeyPair pair) {
        return pair.getPrivate().getAlgorithm().equals("EC") ? "ECDSA" : "RSA";
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
