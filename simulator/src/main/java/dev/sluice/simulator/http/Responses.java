package dev.sluice.simulator.http;

import dev.sluice.simulator.api.ApiError;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/// The responses of a server, as messages.
final class Responses {
    private Responses() {}

    static FullHttpResponse json(HttpResponseStatus status, byte[] body) {
        return of(status, "application/json", body);
    }

    static FullHttpResponse text(String body) {
        return of(HttpResponseStatus.OK, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    static FullHttpResponse exposition(byte[] body) {
        return of(HttpResponseStatus.OK, "text/plain; version=0.0.4; charset=utf-8", body);
    }

    static FullHttpResponse error(ApiError error, String path) {
        return json(HttpResponseStatus.valueOf(error.status()), error.body(path));
    }

    static HttpResponse eventStream() {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        return response;
    }

    private static FullHttpResponse of(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
