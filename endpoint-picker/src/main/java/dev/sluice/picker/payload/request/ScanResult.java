package dev.sluice.picker.payload.request;

/// The result of a scan: the body's fields, or the fault that makes it malformed.
public sealed interface ScanResult {
    /// The body is JSON of the shape that its API asks for.
    record Parsed(ScannedRequest request) implements ScanResult {}

    /// The body is not.
    ///
    /// @param message what was wrong, fit for the client
    /// @param byteOffset where in the body
    record Malformed(String message, long byteOffset) implements ScanResult {}
}
