package dev.sluice.e2e.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A connection on which the test decides about every byte, and about when it is sent.
public final class RawConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// A status line and headers, and what came of the body.
    public record Response(int status, String head, String body) {}

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    public static RawConnection to(URI url) throws IOException {
        return new RawConnection(new Socket(url.getHost(), url.getPort()));
    }

    /// Sends a request line and headers; `lines` is without the empty line at the end.
    public RawConnection head(String... lines) throws IOException {
        return send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /// Sends the head of a JSON request whose body comes in chunks.
    public RawConnection chunkedPost(String path) throws IOException {
        return head(
                "POST " + path + " HTTP/1.1",
                "host: test",
                "content-type: application/json",
                "transfer-encoding: chunked");
    }

    public RawConnection send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Sends one chunk in a packet of its own.
    public RawConnection chunk(byte[] bytes) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return send(chunk.toByteArray());
    }

    public RawConnection lastChunk() throws IOException {
        return send("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /// Whether the other side has sent something.
    public boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /// Reads until that text has come, and returns everything so far.
    public String readUntil(String text) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains(text)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended before '" + text + "': " + read.toString(StandardCharsets.UTF_8));
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /// Reads a response whose length is declared, or which ends with the connection.
    public Response response() throws IOException {
        String head = readUntil("\r\n\r\n");
        int status = Integer.parseInt(head.substring(head.indexOf(' ') + 1, head.indexOf(' ') + 4));
        int declared = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        byte[] body;
        if (declared >= 0) {
            int from = declared + "content-length: ".length();
            body = in.readNBytes(Integer.parseInt(head.substring(from, head.indexOf('\r', from))));
        } else {
            body = in.readAllBytes();
        }
        return new Response(status, head, new String(body, StandardCharsets.UTF_8));
    }

    /// Goes away without a word: the other side gets a reset.
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
