package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A model server without a model: it answers at once, always the same, and shows vLLM's metrics.
///
/// A request that arrives longer or shorter than it was sent is answered with an error.
final class Backend implements AutoCloseable {
    /// Tells which answer is wanted.
    static final String WORK_HEADER = "x-work";

    /// How much of a stream is written at a time.
    private static final int PIECE = 16_384;

    private static final int BACKLOG = 1_024;

    private final Answers answers;
    private final MetricsPage metrics;
    private final Channel listener;
    private int running;
    private long generated;

    private Backend(Loop loop, Answers answers, MetricsPage metrics, HostAndPort address) throws IOException {
        this.answers = answers;
        this.metrics = metrics;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop.group())
                .channel(loop.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection());
                    }
                });
        var bound = bootstrap.bind(address.getHost(), address.getPort()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address, bound.cause());
        }
        this.listener = bound.channel();
    }

    /// @param address port 0 takes a free one
    static Backend start(Loop loop, Answers answers, MetricsPage metrics, HostAndPort address) throws IOException {
        return new Backend(loop, answers, metrics, address);
    }

    HostAndPort address() {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return HostAndPort.fromParts(address.getAddress().getHostAddress(), address.getPort());
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        private final HttpReader reader = new HttpReader();
        private ByteBuf rest = Unpooled.EMPTY_BUFFER;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (reader.read(in)) {
                    rest = answer();
                    running++;
                    write(context);
                }
            } finally {
                in.release();
            }
        }

        private ByteBuf answer() {
            String[] words = reader.startLine().split(" ", 3);
            return switch (words.length < 2 ? "" : words[1]) {
                case "/v1/chat/completions" ->
                    answers.completion(Work.of(reader.work()), reader.bodyBytes())
                            .duplicate();
                case "/metrics" -> metrics.response(running, generated);
                case "/v1/models" -> answers.models().duplicate();
                case "/health" -> answers.health().duplicate();
                default -> answers.notFound().duplicate();
            };
        }

        /// As much as fits into the socket's buffer now.
        private void write(ChannelHandlerContext context) {
            while (rest.isReadable() && context.channel().isWritable()) {
                while (rest.isReadable() && context.channel().isWritable()) {
                    ByteBuf piece = rest.readRetainedSlice(Math.min(PIECE, rest.readableBytes()));
                    var _ = context.write(piece, context.voidPromise());
                }
                context.flush();
            }
            if (!rest.isReadable() && rest.capacity() > 0) {
                rest = Unpooled.EMPTY_BUFFER;
                running--;
                generated += Answers.EVENTS;
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            write(context);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (rest.isReadable()) {
                running--;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
