package dev.sluice.picker.signals.polling;

import dev.sluice.picker.model.EndpointId;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// HTTP to one endpoint: reads its pages over a connection that is kept, and hands them on as they arrive.
///
/// Everything happens on the one event loop; one read at a time.
public final class MetricsConnection {
    /// Far beyond any engine's page; what is longer is something else.
    private static final long MAX_PAGE_BYTES = 16 << 20;

    private final Bootstrap bootstrap;
    private final EndpointId endpoint;
    private final FullHttpRequest request;
    private final byte[] scratch;
    private final PageReader reader;

    private InetSocketAddress address;
    private @Nullable Channel channel;
    private boolean reading;
    /// Whether the read runs on a connection that has served one before: the server may just have closed it.
    private boolean reused;
    private String path = "/metrics";
    /// Where the server has said that its pages are, in place of their usual paths.
    private final Map<String, String> moved = new HashMap<>();
    /// Whether the read has been sent elsewhere once.
    private boolean redirected;

    /// The server answers, but not with a page.
    public static final class UnexpectedStatus extends IOException {
        private static final long serialVersionUID = 1;

        private final int code;

        UnexpectedStatus(HttpResponseStatus status) {
            super("status " + status.code());
            this.code = status.code();
        }

        public int code() {
            return code;
        }
    }

    /// Told of one read: it begins, has pieces and either ends or fails.
    public interface PageReader {
        void begin();

        void piece(byte[] bytes, int from, int to);

        void end();

        void failed(Throwable cause);
    }

    public MetricsConnection(PollLoop loop, EndpointId endpoint, PageReader reader) {
        this.scratch = loop.scratch();
        this.bootstrap = loop.bootstrap().clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                HttpDecoderConfig limits = new HttpDecoderConfig().setMaxChunkSize(scratch.length);
                opened.pipeline().addLast(new HttpClientCodec(limits, false, false), new Responses());
            }
        });
        this.endpoint = endpoint;
        this.address = new InetSocketAddress(endpoint.ip(), endpoint.port());
        this.request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/metrics", Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, endpoint.address())
                .set(HttpHeaderNames.ACCEPT, "text/plain; version=0.0.4, application/json;q=0.5");
        this.reader = reader;
    }

    /// Begins a read; the last one must have come to its end.
    public void read(ScrapeTarget place) {
        int port = place.port() == ScrapeTarget.OWN_PORT ? endpoint.port() : place.port();
        if (port != address.getPort()) {
            close();
            address = new InetSocketAddress(endpoint.ip(), port);
        }
        path = place.path();
        request.setUri(moved.getOrDefault(path, path));
        redirected = false;
        reading = true;
        Channel open = channel;
        reused = open != null && open.isActive();
        if (open != null && reused) {
            send(open);
        } else {
            connect();
        }
    }

    public boolean isReading() {
        return reading;
    }

    /// Lets the read fail.
    public void abort(Throwable cause) {
        close();
        reader.failed(cause);
    }

    /// Ends the connection, and the read without a word.
    public void close() {
        reading = false;
        Channel open = channel;
        channel = null;
        if (open != null) {
            var _ = open.close();
        }
    }

    private void connect() {
        ChannelFuture connecting = bootstrap.connect(address);
        Channel opening = connecting.channel();
        channel = opening;
        var _ = connecting.addListener(outcome -> {
            if (!isCurrent(opening)) {
                return;
            }
            if (outcome.isSuccess()) {
                send(opening);
            } else {
                abort(outcome.cause());
            }
        });
    }

    /// A write that fails closes the channel, and its end is noticed.
    private void send(Channel open) {
        var _ = open.writeAndFlush(request, open.voidPromise());
    }

    private boolean isCurrent(Channel one) {
        return one.equals(channel) && reading;
    }

    /// Where on the same server the page is said to be: Python's frameworks send `/metrics` to `/metrics/`. Null where
    /// the answer says no such thing, or says it again.
    private @Nullable String elsewhere(HttpResponse answer) {
        String location = answer.headers().get(HttpHeaderNames.LOCATION);
        if (redirected || location == null || answer.status().codeClass() != HttpStatusClass.REDIRECTION) {
            return null;
        }
        if (location.startsWith("/") && !location.startsWith("//")) {
            return location;
        }
        String own = "http://" + endpoint.address() + "/";
        return location.startsWith(own) ? location.substring(own.length() - 1) : null;
    }

    private void follow(String to, Channel from, boolean kept) {
        redirected = true;
        moved.put(path, to);
        request.setUri(to);
        reused = kept;
        if (kept) {
            send(from);
        } else {
            connect();
            var _ = from.close();
        }
    }

    /// The handler of one channel.
    private final class Responses extends SimpleChannelInboundHandler<HttpObject> {
        private boolean answered;
        private boolean kept;
        private long bytes;
        private @Nullable String elsewhere;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
            if (!isCurrent(ctx.channel())) {
                var _ = ctx.close();
                return;
            }
            if (message.decoderResult().isFailure()) {
                throw new IOException("not HTTP", message.decoderResult().cause());
            }
            if (message instanceof HttpResponse response) {
                head(response);
            }
            if (message instanceof HttpContent content) {
                body(content.content());
            }
            if (message instanceof LastHttpContent) {
                end(ctx);
            }
        }

        private void head(HttpResponse response) throws IOException {
            answered = true;
            kept = HttpUtil.isKeepAlive(response);
            bytes = 0;
            elsewhere = elsewhere(response);
            if (elsewhere != null) {
                return;
            }
            if (!HttpResponseStatus.OK.equals(response.status())) {
                moved.remove(path);
                throw new UnexpectedStatus(response.status());
            }
            reader.begin();
        }

        private void body(ByteBuf content) throws IOException {
            bytes += content.readableBytes();
            if (bytes > MAX_PAGE_BYTES) {
                throw new IOException("more than " + MAX_PAGE_BYTES + " bytes");
            }
            while (content.isReadable()) {
                int size = Math.min(content.readableBytes(), scratch.length);
                content.readBytes(scratch, 0, size);
                if (elsewhere == null) {
                    reader.piece(scratch, 0, size);
                }
            }
        }

        private void end(ChannelHandlerContext ctx) {
            String to = elsewhere;
            if (to != null) {
                elsewhere = null;
                answered = false;
                follow(to, ctx.channel(), kept);
                return;
            }
            reader.end();
            reading = false;
            answered = false;
            if (!kept) {
                var _ = ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) throws Exception {
            super.channelInactive(ctx);
            lost(ctx, new IOException("the connection was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lost(ctx, cause);
        }

        private void lost(ChannelHandlerContext ctx, Throwable cause) {
            if (!isCurrent(ctx.channel())) {
                return;
            }
            if (reused && !answered) {
                reused = false;
                var _ = ctx.close();
                connect();
            } else {
                abort(cause);
            }
        }
    }
}
