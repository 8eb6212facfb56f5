package dev.sluice.bench.soak.load;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A connection of a client to Envoy, which carries a request at a time and may be cut at any moment.
final class SoakConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    SoakConnection(HostAndPort envoy) throws IOException {
        socket = new Socket(envoy.getHost(), envoy.getPort());
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = socket.getInputStream();
    }

    private enum Sent {
        WHOLE,
        /// The answer, or the end of the connection, came before the body's end.
        IN_PART,
        CUT
    }

    SoakAnswer exchange(SoakRequest request) throws IOException, InterruptedException {
        Sent sent = send(request);
        if (sent == Sent.CUT) {
            return SoakAnswer.cut();
        }
        SoakAnswer answer = await(request);
        return sent == Sent.WHOLE ? answer : SoakAnswer.failed(answer.ending());
    }

    private SoakAnswer await(SoakRequest request) throws IOException {
        long now = System.nanoTime();
        long limit = PATIENCE.toMillis();
        long most = Long.MAX_VALUE;
        switch (request.cancellation()) {
            case Cancellation.AfterMillis(int millis) -> limit = millis;
            case Cancellation.AfterBytes(int bytes) -> most = bytes;
            case Cancellation.Never _, Cancellation.WhileSending _ -> {}
        }
        HttpAnswer answer = new HttpAnswer(in);
        try {
            return read(answer, request.streamed(), now + TimeUnit.MILLISECONDS.toNanos(limit), most);
        } catch (SocketTimeoutException _) {
            return request.cancellation() instanceof Cancellation.AfterMillis
                    ? SoakAnswer.cut()
                    : SoakAnswer.failed(
                            answer.hasBegun()
                                    ? "an answer without end"
                                    : "no answer within " + PATIENCE.toSeconds() + " s");
        }
    }

    private SoakAnswer read(HttpAnswer answer, boolean streamed, long deadline, long most) throws IOException {
        while (!answer.hasEnded()) {
            if (answer.body().length() >= most) {
                return SoakAnswer.cut();
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) left);
            if (!answer.read()) {
                return SoakAnswer.failed(answer.hasBegun() ? "an answer cut short" : "no answer");
            }
        }
        return SoakAnswer.of(answer.status(), streamed, answer.body(), answer.keepsAlive());
    }

    /// Sends until an answer comes, which may be sooner than the body's end.
    private Sent send(SoakRequest request) throws IOException, InterruptedException {
        List<byte[]> parts = request.parts();
        long pause = request.sending().toNanos() / Math.max(1, parts.size());
        double cutAfter = request.cancellation() instanceof Cancellation.WhileSending(double part)
                ? part * request.bodyBytes()
                : Double.POSITIVE_INFINITY;
        try {
            out.write(request.head());
            long sent = 0;
            for (byte[] part : parts) {
                if (sent + part.length > cutAfter) {
                    out.write(part, 0, (int) Math.max(0, cutAfter - sent));
                    return Sent.CUT;
                }
                if (in.available() > 0) {
                    return Sent.IN_PART;
                }
                out.write(part);
                sent += part.length;
                if (pause > 0) {
                    TimeUnit.NANOSECONDS.sleep(pause);
                }
            }
        } catch (IOException refused) {
            // The answer may have come before the connection was closed.
            return Sent.IN_PART;
        }
        return Sent.WHOLE;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone, as it should be.
        }
    }
}
