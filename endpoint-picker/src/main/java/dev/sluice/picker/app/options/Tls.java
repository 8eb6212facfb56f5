package dev.sluice.picker.app.options;

import java.nio.file.Path;

/// TLS of the picker's gRPC port.
public sealed interface Tls {
    /// No TLS, for a proxy in the same pod or process.
    record Plaintext() implements Tls {}

    /// A certificate made at the start, which no client can verify: gateways expect it unless told otherwise.
    record SelfSigned() implements Tls {}

    /// The certificate `tls.crt` with the key `tls.key` in a folder, as a mounted Secret has them; read again
    /// when they change.
    record Files(Path folder) implements Tls {}
}
