package dev.sluice.bench.polling;

import dev.sluice.bench.rig.ChildJvm;
import dev.sluice.bench.rig.Loop;
import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.metrics.VllmMetrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// As many idle engines as there are addresses of the loopback network: one listener shows each of them the
/// page of a vLLM without work, rendered once and sent in one chunk, as vLLM's HTTP server sends it.
final class FakeEngines {
    /// Tells how many bytes a page has and how many pages have been read, separated by a space.
    static final String COUNT = "/count";

    private static final int BACKLOG = 4_096;

    private FakeEngines() {}

    /// Runs until its parent ends.
    public static void main(String[] arguments) {
        try (Loop loop = new Loop()) {
            Engines engines = new Engines(page());
            Channel listener = new ServerBootstrap()
                    .group(loop.group())
                    .channel(loop.serverChannel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(new HttpServerCodec(), engines);
                        }
                    })
                    .bind(0)
                    .syncUninterruptibly()
                    .channel();
            System.out.println("listening on port " + ((InetSocketAddress) listener.localAddress()).getPort());
            ChildJvm.awaitEndOfParent();
        }
    }

    private static byte[] page() {
        EngineConfig config = EngineConfig.of(Profile.H100_8B);
        return new VllmMetrics("meta-llama/Llama-3.1-8B-Instruct", config, 1_767_225_600)
                .render(new Engine(config), 1_767_229_200);
    }

    /// All connections of one event loop.
    @Sharable
    private static final class Engines extends SimpleChannelInboundHandler<HttpRequest> {
        private final ByteBuf page;
        private long pages;

        Engines(byte[] page) {
            this.page = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(page.length).writeBytes(page));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                    .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            var _ = context.write(head, context.voidPromise());
            var _ = context.writeAndFlush(
                    new DefaultLastHttpContent(request.uri().equals(COUNT) ? count() : nextPage()),
                    context.voidPromise());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }

        private ByteBuf nextPage() {
            pages++;
            return page.duplicate();
        }

        private ByteBuf count() {
            return Unpooled.copiedBuffer(page.readableBytes() + " " + pages, StandardCharsets.US_ASCII);
        }
    }
}
