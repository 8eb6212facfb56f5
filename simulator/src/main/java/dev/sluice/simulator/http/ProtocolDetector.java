package dev.sluice.simulator.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.List;
import java.util.function.Supplier;

/// Decides by the first bytes of a connection whether it speaks HTTP/2 or HTTP/1.1.
final class ProtocolDetector extends ByteToMessageDecoder {
    private static final int LARGEST_BODY = 64 * 1_024 * 1_024;
    private static final int WINDOW = 4 * 1_024 * 1_024;
    private static final int LARGEST_HEAD = 64 * 1_024;
    private static final byte[] PREFACE = {'P', 'R', 'I'};

    private final Supplier<ChannelHandler> handler;

    ProtocolDetector(Supplier<ChannelHandler> handler) {
        this.handler = handler;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int seen = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < seen; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                http1(ctx.pipeline());
                ctx.pipeline().remove(this);
                return;
            }
        }
        if (seen == PREFACE.length) {
            http2(ctx.pipeline());
            ctx.pipeline().remove(this);
        }
    }

    /// Ends a connection that has said nothing yet.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == Draining.BEGUN) {
            var _ = ctx.close();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    private void http1(ChannelPipeline pipeline) {
        pipeline.addLast(
                new HttpServerCodec(4_096, LARGEST_HEAD, 8_192),
                new HttpServerKeepAliveHandler(),
                new HttpObjectAggregator(LARGEST_BODY),
                handler.get());
    }

    private void http2(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(Http2Settings.defaultSettings()
                                .initialWindowSize(WINDOW)
                                .maxHeaderListSize(LARGEST_HEAD))
                        .build(),
                new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        new Http2StreamFrameToHttpObjectCodec(true),
                                        new HttpObjectAggregator(LARGEST_BODY),
                                        handler.get());
                    }
                }));
    }
}
