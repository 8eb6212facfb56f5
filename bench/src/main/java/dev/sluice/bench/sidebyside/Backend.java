package dev.sluice.bench.sidebyside;

import com.google.common.net.HostAndPort;
import dev.sluice.bench.rig.Loop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// A model server without a model: it answers at once, always the same, and shows vLLM's metrics.
///
/// A request that arrives longer or shorter than it was sent is answered with an error.
final class Backend implements AutoCloseable {
    /// Tells which answer is wanted.
    static final String WORK_HEADER = "x-work";

    private static final int BACKLOG = 1_024;

    private final Answers answers;
    private final MetricsPage metrics = new MetricsPage();
    private final Channel listener;
    private int running;
    private long served;

    private Backend(Loop loop, Answers answers, HostAndPort address) throws IOException {
        this.answers = answers;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop.group())
                .channel(loop.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ServedConnection());
                    }
                });
        var bound = bootstrap.bind(address.getHost(), address.getPort()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address, bound.cause());
        }
        this.listener = bound.channel();
    }

    /// @param address port 0 takes a free one
    static Backend start(Loop loop, Answers answers, HostAndPort address) throws IOException {
        return new Backend(loop, answers, address);
    }

    HostAndPort address() {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return HostAndPort.fromParts(address.getAddress().getHostAddress(), address.getPort());
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
    }

    private Answer completion(String label, long received) {
        Work work = Work.of(label);
        served++;
        return received == work.bodyBytes() ? answers.completion(work) : answers.damaged();
    }

    private final class ServedConnection extends ChannelInboundHandlerAdapter {
        private final HttpReader reader = new HttpReader();
        private List<ByteBuf> pieces = List.of();
        private int written;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (reader.read(in)) {
                    pieces = answer().pieces();
                    written = 0;
                    running++;
                    write(context);
                }
            } finally {
                in.release();
            }
        }

        private Answer answer() {
            String[] words = reader.startLine().split(" ", 3);
            return switch (words.length < 2 ? "" : words[1]) {
                case "/v1/chat/completions" -> completion(reader.work(), reader.bodyBytes());
                case "/metrics" -> metrics.answer(running, served * Answers.EVENTS);
                case "/v1/models" -> answers.models();
                case "/health" -> answers.health();
                default -> answers.notFound();
            };
        }

        /// As many pieces as the socket takes now, each by a call of its own.
        private void write(ChannelHandlerContext context) {
            while (written < pieces.size() && context.channel().isWritable()) {
                ByteBuf piece = pieces.get(written++).retainedDuplicate();
                var _ = context.writeAndFlush(piece, context.voidPromise());
                if (written == pieces.size()) {
                    running--;
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            write(context);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (written < pieces.size()) {
                running--;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
