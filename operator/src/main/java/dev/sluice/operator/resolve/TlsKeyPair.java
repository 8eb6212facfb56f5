package dev.sluice.operator.resolve;

/// A certificate that a listener presents.
///
/// @param secret the Secret it is from, as `namespace/name`
/// @param chain the certificate chain in PEM, the server's own first
/// @param key the private key in PEM
public record TlsKeyPair(String secret, String chain, String key) {

    /// Names the Secret and keeps the key to itself.
    @Override
    public String toString() {
        return "TlsKeyPair[" + secret + "]";
    }
}
