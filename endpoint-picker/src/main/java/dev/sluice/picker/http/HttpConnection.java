package dev.sluice.picker.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A connection that is kept from request to request, and hands answers on as they arrive.
///
/// It carries one request at a time and connects anew where the next one is for another server. A request whose
/// kept connection the server has just closed is sent once more. One redirect on the same server is followed,
/// and remembered for the next request of that path: Python's frameworks send `/metrics` to `/metrics/`.
///
/// Everything happens on the event loop.
public final class HttpConnection {
    private final EventLoopThread loop;
    private final Bootstrap bootstrap;
    private final byte[] scratch;

    private @Nullable Channel channel;
    private @Nullable RequestInFlight current;
    /// Paths that the server has redirected, and where to.
    private final Map<String, String> moved = new HashMap<>();
    private @Nullable Origin connectedTo;
    /// The last request as Netty has it; a request that is sent again and again is built once.
    private @Nullable FullHttpRequest built;
    private @Nullable OutgoingRequest builtFrom;

    /// A request until its answer has ended or failed.
    static final class RequestInFlight {
        final Origin origin;
        final OutgoingRequest request;
        final AnswerReader reader;
        final long deadline;
        String path;
        boolean redirected;
        /// The request was sent over a connection that has served one before: the server may just have closed
        /// it.
        boolean reused;

        RequestInFlight(Origin origin, OutgoingRequest request, AnswerReader reader, long deadline) {
            this.origin = origin;
            this.request = request;
            this.reader = reader;
            this.deadline = deadline;
            this.path = request.path();
        }

        String address() {
            return origin + path;
        }
    }

    /// For plain HTTP.
    public HttpConnection(EventLoopThread loop) {
        this(loop, null);
    }

    HttpConnection(EventLoopThread loop, @Nullable TlsTrust trust) {
        this.loop = loop;
        this.scratch = loop.scratch();
        this.bootstrap = loop.bootstrap().clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                RequestInFlight first = current;
                if (first != null && first.origin.https() && trust != null) {
                    opened.pipeline().addLast(trust.handler(opened, first.origin));
                }
                HttpDecoderConfig limits = new HttpDecoderConfig().setMaxChunkSize(scratch.length);
                opened.pipeline()
                        .addLast(new HttpClientCodec(limits, false, false), new AnswerHandler(HttpConnection.this));
            }
        });
    }

    /// Sends a request; the last one must have come to its end.
    public void send(Origin origin, OutgoingRequest request, AnswerReader reader) {
        if (!origin.equals(connectedTo)) {
            close();
            moved.clear();
            builtFrom = null;
            connectedTo = origin;
        }
        RequestInFlight next = new RequestInFlight(
                origin,
                request,
                reader,
                loop.nanos() + request.limits().timeout().toNanos());
        next.path = moved.getOrDefault(request.path(), request.path());
        current = next;
        loop.deadlines().add(this);
        Channel open = channel;
        next.reused = open != null && open.isActive();
        if (open != null && next.reused) {
            write(open, next);
        } else {
            connect(next);
        }
    }

    public boolean isBusy() {
        return current != null;
    }

    /// Ends the connection, and the request without a word.
    public void close() {
        over();
        Channel open = channel;
        channel = null;
        if (open != null) {
            var _ = open.close();
        }
    }

    boolean isLate(long now) {
        RequestInFlight late = current;
        return late != null && now - late.deadline > 0;
    }

    void timeOut() {
        RequestInFlight late = current;
        if (late != null) {
            fail(new TimeoutException("no whole answer from " + late.address() + " within "
                    + late.request.limits().timeout()));
        }
    }

    void fail(Throwable cause) {
        RequestInFlight failed = current;
        close();
        if (failed != null) {
            failed.reader.failed(cause);
        }
    }

    private void over() {
        current = null;
        loop.deadlines().remove(this);
    }

    /// The request that an event of this channel is about, or null where the channel's time is over.
    @Nullable
    RequestInFlight requestOn(Channel one) {
        return one.equals(channel) ? current : null;
    }

    byte[] scratch() {
        return scratch;
    }

    /// A name is looked up on another thread: the lookup blocks, and other connections share the loop.
    private void connect(RequestInFlight request) {
        channel = null;
        String host = request.origin.host();
        int port = request.origin.port();
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            connect(request, new InetSocketAddress(host, port));
            return;
        }
        Thread.ofVirtual().start(() -> {
            InetSocketAddress address = new InetSocketAddress(host, port);
            loop.execute(() -> connect(request, address));
        });
    }

    private void connect(RequestInFlight request, InetSocketAddress address) {
        if (!request.equals(current)) {
            return;
        }
        if (address.isUnresolved()) {
            fail(new UnknownHostException(request.origin.host() + " has no address"));
            return;
        }
        ChannelFuture connecting = bootstrap.connect(address);
        Channel opening = connecting.channel();
        channel = opening;
        var _ = connecting.addListener(outcome -> {
            if (!request.equals(requestOn(opening))) {
                return;
            }
            if (outcome.isSuccess()) {
                write(opening, request);
            } else {
                fail(outcome.cause());
            }
        });
    }

    /// A write that fails closes the channel, and its end is noticed.
    private void write(Channel open, RequestInFlight request) {
        var _ = open.writeAndFlush(built(request), open.voidPromise());
    }

    private FullHttpRequest built(RequestInFlight of) {
        OutgoingRequest request = of.request;
        FullHttpRequest known = built;
        if (known != null && request.equals(builtFrom) && request.body().length == 0) {
            known.setUri(of.path);
            return known;
        }
        ByteBuf body = request.body().length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(request.body());
        FullHttpRequest fresh = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, request.isPost() ? HttpMethod.POST : HttpMethod.GET, of.path, body);
        HttpHeaders headers = fresh.headers().set(HttpHeaderNames.HOST, of.origin.authority());
        request.headers().forEach(headers::set);
        if (request.isPost()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, request.body().length);
        }
        built = fresh;
        builtFrom = request;
        return fresh;
    }

    /// The answer is whole.
    ///
    /// @param kept whether the server keeps the connection
    void ended(RequestInFlight request, Channel from, boolean kept) {
        request.reader.end();
        if (!request.equals(current)) {
            return;
        }
        over();
        if (!kept) {
            var _ = from.close();
        }
    }

    void forgetMove(RequestInFlight request) {
        moved.remove(request.request.path());
    }

    /// The server has sent the request elsewhere on itself.
    void follow(RequestInFlight request, String to, Channel from, boolean kept) {
        request.redirected = true;
        moved.put(request.request.path(), to);
        request.path = to;
        request.reused = kept;
        if (kept) {
            write(from, request);
        } else {
            connect(request);
            var _ = from.close();
        }
    }

    /// The connection is lost before the answer has ended.
    void lost(RequestInFlight request, Channel from, boolean answered, Throwable cause) {
        if (request.reused && !answered) {
            request.reused = false;
            connect(request);
            var _ = from.close();
        } else {
            fail(cause);
        }
    }

    static IOException tooLong(RequestInFlight request) {
        return new IOException(request.address() + " answers with more than "
                + request.request.limits().mostBytes() + " bytes");
    }
}
