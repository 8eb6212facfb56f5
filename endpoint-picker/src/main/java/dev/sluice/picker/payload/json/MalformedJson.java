package dev.sluice.picker.payload.json;

/// A fault in JSON ends the scanner's inner loops; it never leaves the package, where it becomes a result, and
/// carries no stack trace because clients can cause it at will.
public final class MalformedJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long byteOffset;

    public MalformedJson(String message, long byteOffset) {
        super(message, null, false, false);
        this.byteOffset = byteOffset;
    }

    public long byteOffset() {
        return byteOffset;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
