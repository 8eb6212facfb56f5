package dev.sluice.bench.placement.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// A kept-alive connection, which carries a request at a time.
final class Connection extends ChannelInboundHandlerAdapter {
    private static final String SERVER_HEADER = "x-bench-upstream";

    private final Client client;
    private final Channel channel;
    private @Nullable Exchange current;
    private boolean used;
    private boolean keepAlive;

    Connection(Client client, Channel channel) {
        this.client = client;
        this.channel = channel;
    }

    void send(Exchange exchange) {
        current = exchange;
        var _ = channel.writeAndFlush(exchange.bytes(), channel.voidPromise());
    }

    void close() {
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        long now = System.nanoTime();
        Exchange exchange = current;
        try {
            if (exchange == null) {
                return;
            }
            if (message instanceof HttpResponse response) {
                keepAlive = HttpUtil.isKeepAlive(response);
                exchange.begin(response.status().code(), response.headers().get(SERVER_HEADER));
            }
            if (message instanceof HttpContent content) {
                exchange.read(content.content(), now);
            }
            if (message instanceof LastHttpContent) {
                current = null;
                used = true;
                client.ended(exchange, exchange.ended(now));
                if (keepAlive) {
                    client.isIdle(this);
                } else {
                    close();
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /// A server may close an idle connection at the moment at which a request is sent there: that is sent again.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        client.isGone(this);
        Exchange exchange = current;
        current = null;
        if (exchange == null) {
            return;
        }
        if (used && !exchange.hasBegun()) {
            client.connect(exchange);
        } else {
            client.ended(exchange, exchange.failed("the connection was closed"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close();
    }
}
