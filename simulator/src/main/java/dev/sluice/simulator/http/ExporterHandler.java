package dev.sluice.simulator.http;

import dev.sluice.simulator.api.ApiError;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.function.Supplier;

/// A Prometheus exporter: `/metrics` and `/health`, nothing else.
// A write that fails closes the connection, and its end is noticed.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ExporterHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Supplier<byte[]> metrics;

    /// @param metrics renders the exposition
    public ExporterHandler(Supplier<byte[]> metrics) {
        this.metrics = metrics;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        FullHttpResponse response = switch (request.uri()) {
            case "/metrics" -> Responses.exposition(metrics.get());
            case "/health" -> Responses.text("OK");
            default -> Responses.error(ApiError.notFound("Not Found"), request.uri());
        };
        ctx.writeAndFlush(response);
    }
}
