package dev.sluice.picker.http;

import dev.sluice.picker.http.HttpConnection.RequestInFlight;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads the answers of one channel.
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final HttpConnection connection;
    private boolean answered;
    /// The message is a 1xx, before the answer.
    private boolean informational;
    private boolean kept;
    private long bytes;
    private @Nullable String elsewhere;

    AnswerHandler(HttpConnection connection) {
        this.connection = connection;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
        RequestInFlight request = connection.requestOn(ctx.channel());
        if (request == null) {
            var _ = ctx.close();
            return;
        }
        if (message.decoderResult().isFailure()) {
            throw new IOException(
                    request.address() + " answers with something other than HTTP",
                    message.decoderResult().cause());
        }
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (!informational) {
                head(request, response);
            }
        }
        if (message instanceof HttpContent content && !informational) {
            body(request, content.content());
        }
        if (message instanceof LastHttpContent && !informational) {
            end(request, ctx);
        }
    }

    private void head(RequestInFlight request, HttpResponse response) throws IOException {
        answered = true;
        kept = HttpUtil.isKeepAlive(response);
        bytes = 0;
        elsewhere = elsewhere(request, response);
        if (elsewhere != null) {
            return;
        }
        int status = response.status().code();
        if (!HttpResponseStatus.OK.equals(response.status())) {
            connection.forgetMove(request);
        }
        if (!request.reader.reads(status)) {
            throw new UnexpectedStatus(request.address(), status);
        }
        request.reader.begin();
    }

    /// The path on the same server where the answer is said to be. Null where the server says no such thing,
    /// or says it again. Of the redirects only 307 and 308 keep a request's body.
    private static @Nullable String elsewhere(RequestInFlight request, HttpResponse answer) {
        String location = answer.headers().get(HttpHeaderNames.LOCATION);
        HttpResponseStatus status = answer.status();
        boolean redirect = request.request.isPost()
                ? status.equals(HttpResponseStatus.TEMPORARY_REDIRECT)
                        || status.equals(HttpResponseStatus.PERMANENT_REDIRECT)
                : status.codeClass() == HttpStatusClass.REDIRECTION;
        if (request.redirected || location == null || !redirect) {
            return null;
        }
        if (location.startsWith("/") && !location.startsWith("//")) {
            return location;
        }
        String own = request.origin + "/";
        return location.startsWith(own) ? location.substring(own.length() - 1) : null;
    }

    private void body(RequestInFlight request, ByteBuf content) throws IOException {
        bytes += content.readableBytes();
        if (bytes > request.request.limits().mostBytes()) {
            throw HttpConnection.tooLong(request);
        }
        byte[] scratch = connection.scratch();
        while (content.isReadable()) {
            int size = Math.min(content.readableBytes(), scratch.length);
            content.readBytes(scratch, 0, size);
            if (elsewhere == null) {
                request.reader.piece(scratch, 0, size);
            }
        }
    }

    private void end(RequestInFlight request, ChannelHandlerContext ctx) {
        String to = elsewhere;
        answered = false;
        if (to != null) {
            elsewhere = null;
            connection.follow(request, to, ctx.channel(), kept);
        } else {
            try {
                connection.ended(request, ctx.channel(), kept);
            } catch (RuntimeException | Error unusable) {
                connection.fail(unusable);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        lost(ctx, new IOException("the server has closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lost(ctx, cause);
    }

    private void lost(ChannelHandlerContext ctx, Throwable cause) {
        RequestInFlight request = connection.requestOn(ctx.channel());
        if (request != null) {
            connection.lost(request, ctx.channel(), answered, cause);
        }
    }
}
