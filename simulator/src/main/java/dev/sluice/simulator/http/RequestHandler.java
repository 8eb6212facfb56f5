package dev.sluice.simulator.http;

import dev.sluice.simulator.api.ApiCall;
import dev.sluice.simulator.api.ApiError;
import dev.sluice.simulator.api.RequestParser;
import dev.sluice.simulator.engine.Sequence;
import dev.sluice.simulator.serving.Faults;
import dev.sluice.simulator.serving.Generation;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the requests of one connection, or of one HTTP/2 stream, one after the other.
// A write that fails closes the connection, and its end is noticed.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Routes routes;
    /// Requests that came on this connection before the answer to the last one had ended.
    private final ArrayDeque<FullHttpRequest> pipelined = new ArrayDeque<>();

    private @Nullable Sequence current;
    private boolean draining;

    public RequestHandler(Routes routes) {
        this.routes = routes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            ApiError error = ApiError.badRequest("malformed HTTP request");
            ctx.writeAndFlush(Responses.error(error, request.uri())).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (current != null || !pipelined.isEmpty()) {
            pipelined.add(request.retain());
        } else {
            handle(ctx, request);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current != null) {
            routes.engine().abort(current);
            current = null;
        }
        pipelined.forEach(FullHttpRequest::release);
        pipelined.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Draining.BEGUN) {
            draining = true;
            closeIfDrained(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void closeIfDrained(ChannelHandlerContext ctx) {
        if (draining && current == null && pipelined.isEmpty()) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client may go away in the middle of its request.
        if (!(cause instanceof IOException || cause instanceof PrematureChannelClosureException)) {
            LOG.atWarn()
                    .addKeyValue("remote", ctx.channel().remoteAddress())
                    .setCause(cause)
                    .log("connection failed");
        }
        ctx.close();
    }

    private void handle(ChannelHandlerContext ctx, FullHttpRequest request) {
        long began = System.nanoTime();
        int query = request.uri().indexOf('?');
        String path = query < 0 ? request.uri() : request.uri().substring(0, query);
        if (request.method().equals(HttpMethod.POST) && RequestParser.handles(path)) {
            generate(ctx, request, path, began);
        } else {
            FullHttpResponse response = routes.answer(request.method(), path, request.content());
            if (response.status().code() != 404) {
                routes.metrics()
                        .answered(
                                path, request.method().name(), response.status().code(), seconds(began));
            }
            ctx.writeAndFlush(routes.stamp(response));
        }
    }

    private void generate(ChannelHandlerContext ctx, FullHttpRequest request, String path, long began) {
        Faults faults = routes.engine().faults();
        RequestFault own = RequestFault.of(request.headers().get(RequestFault.HEADER));
        try {
            OptionalInt error = own.error().isPresent() ? own.error() : faults.takeError();
            if (error.isPresent()) {
                throw ApiError.ofStatus(error.getAsInt());
            }
            String id = UUID.randomUUID().toString().replace("-", "");
            ApiCall call = routes.parser()
                    .parse(path, new ByteBufInputStream(request.content()), id, System.currentTimeMillis() / 1_000);
            if (!faults.serves(call.adapter())) {
                throw ApiError.ofStatus(503);
            }
            OptionalInt drop = own.drop().isPresent() ? own.drop() : faults.takeDrop();
            start(ctx, call, drop, path, began);
        } catch (ApiError e) {
            routes.metrics().answered(path, "POST", e.status(), seconds(began));
            ctx.writeAndFlush(routes.stamp(Responses.error(e, path)));
        }
    }

    private void start(ChannelHandlerContext ctx, ApiCall call, OptionalInt drop, String path, long began) {
        Sequence sequence = new Sequence(
                call.adapter(), call.tokens().promptTokens(), call.output().tokens(), call.tokens());
        Exchange exchange = new Exchange(ctx.channel(), routes, call, drop, () -> {
            current = null;
            routes.metrics().answered(path, "POST", 200, seconds(began));
            ctx.executor().execute(() -> next(ctx));
        });
        current = sequence;
        exchange.begin();
        routes.engine()
                .submit(new Generation(
                        sequence, call.output().finishReason(), call.output().maxTokens(), exchange));
    }

    private void next(ChannelHandlerContext ctx) {
        while (current == null && !pipelined.isEmpty()) {
            FullHttpRequest request = pipelined.remove();
            try {
                handle(ctx, request);
            } finally {
                request.release();
            }
        }
        closeIfDrained(ctx);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / NANOS_PER_SECOND;
    }
}
