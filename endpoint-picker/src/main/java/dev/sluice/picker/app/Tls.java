package dev.sluice.picker.app;

import java.nio.file.Path;

/// How the picker's gRPC port is secured.
public sealed interface Tls {
    /// Not at all; for a proxy in the same pod or process.
    record Plaintext() implements Tls {}

    /// With a certificate made at the start, which nobody can verify: what gateways expect unless told otherwise.
    record SelfSigned() implements Tls {}

    /// With `tls.crt` and `tls.key` in a folder, as a mounted Secret has them; read again when they change.
    record Files(Path folder) implements Tls {}
}
