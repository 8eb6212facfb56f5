package dev.sluice.picker.http;

/// A whole answer.
public final class HttpAnswer {
    private final int status;
    private final byte[] body;

    HttpAnswer(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    public int status() {
        return status;
    }

    public byte[] body() {
        return body;
    }
}
