package dev.sluice.picker.payload;

/// Leaves the scanner's inner loops at the first fault; it never leaves the package, where it becomes a result, and
/// carries no stack trace because clients can cause it at will.
final class MalformedJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long byteOffset;

    MalformedJson(String message, long byteOffset) {
        super(message, null, false, false);
        this.byteOffset = byteOffset;
    }

    long byteOffset() {
        return byteOffset;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
