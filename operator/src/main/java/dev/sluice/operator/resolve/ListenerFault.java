package dev.sluice.operator.resolve;

/// The fault for which a listener is not served.
public enum ListenerFault {
    /// Its protocol is neither HTTP nor HTTPS.
    UNSUPPORTED_PROTOCOL,
    /// A field has a value that Sluice does not serve.
    UNSUPPORTED_VALUE,
    /// Another Gateway on the same Envoy has its port.
    PORT_UNAVAILABLE,
    /// Another listener of the Gateway has its port with another protocol.
    PROTOCOL_CONFLICT,
    /// Another listener of the Gateway has its port and its hostname.
    HOSTNAME_CONFLICT,
    /// A reference to a certificate names nothing that can be presented.
    INVALID_CERTIFICATE_REF,
    /// No ReferenceGrant lets the Gateway refer to a certificate.
    REF_NOT_PERMITTED;

    /// Only the certificates are at fault: routes attach to such a listener, and wait.
    public boolean isOfReferences() {
        return this == INVALID_CERTIFICATE_REF || this == REF_NOT_PERMITTED;
    }

    /// Listeners of one Gateway are at odds.
    public boolean isConflict() {
        return this == PROTOCOL_CONFLICT || this == HOSTNAME_CONFLICT;
    }
}
