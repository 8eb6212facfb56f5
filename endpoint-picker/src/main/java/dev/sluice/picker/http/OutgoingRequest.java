package dev.sluice.picker.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A request without its server, so that it can be sent again and again, and to several.
public final class OutgoingRequest {
    private static final byte[] NO_BODY = {};

    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final boolean post;
    private final AnswerLimits limits;

    /// Bounds of one answer.
    ///
    /// @param timeout from the request to the answer's last byte, with name lookup, connecting and redirect
    /// @param mostBytes of the body
    public record AnswerLimits(Duration timeout, long mostBytes) {}

    private OutgoingRequest(String path, Map<String, String> headers, boolean post, byte[] body, AnswerLimits limits) {
        this.path = path;
        this.headers = Map.copyOf(headers);
        this.post = post;
        this.body = body;
        this.limits = limits;
    }

    public static OutgoingRequest get(String path, String accept, AnswerLimits limits) {
        return new OutgoingRequest(path, Map.of("accept", accept), false, NO_BODY, limits);
    }

    /// @param body the caller must not change it any more
    public static OutgoingRequest post(String path, String contentType, byte[] body, AnswerLimits limits) {
        return new OutgoingRequest(path, Map.of("content-type", contentType), true, body, limits);
    }

    public OutgoingRequest withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new OutgoingRequest(path, more, post, body, limits);
    }

    String path() {
        return path;
    }

    Map<String, String> headers() {
        return headers;
    }

    boolean isPost() {
        return post;
    }

    byte[] body() {
        return body;
    }

    AnswerLimits limits() {
        return limits;
    }
}
