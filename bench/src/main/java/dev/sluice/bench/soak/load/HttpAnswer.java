package dev.sluice.bench.soak.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An HTTP/1.1 answer, read as it comes: its status, whether the connection lives on, and an excerpt of its body.
final class HttpAnswer {
    private static final int BUFFER = 8_192;
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LENGTH = "content-length:";

    private final InputStream in;
    private final SoakAnswer.Excerpt body = new SoakAnswer.Excerpt();
    private final byte[] buffer = new byte[BUFFER];
    private final StringBuilder text = new StringBuilder();
    private Progress progress = Progress.HEAD;
    private int status;
    private boolean keepsAlive = true;
    private long left;

    private enum Progress {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        AFTER_CHUNK,
        TRAILERS,
        ENDED
    }

    HttpAnswer(InputStream in) {
        this.in = in;
    }

    boolean hasBegun() {
        return progress != Progress.HEAD;
    }

    boolean hasEnded() {
        return progress == Progress.ENDED;
    }

    int status() {
        return status;
    }

    boolean keepsAlive() {
        return keepsAlive;
    }

    SoakAnswer.Excerpt body() {
        return body;
    }

    /// Reads what is there, and waits for a first byte; false where the connection has ended.
    boolean read() throws IOException {
        int bytes = in.read(buffer);
        int at = 0;
        while (at < bytes && progress != Progress.ENDED) {
            at = switch (progress) {
                case BODY, CHUNK -> data(at, bytes);
                case HEAD, CHUNK_SIZE, AFTER_CHUNK, TRAILERS -> character(at);
                case ENDED -> at;
            };
        }
        return bytes >= 0;
    }

    private int data(int at, int bytes) {
        int taken = (int) Math.min(left, bytes - at);
        body.add(buffer, at, taken);
        left -= taken;
        if (left == 0) {
            progress = progress == Progress.BODY ? Progress.ENDED : Progress.AFTER_CHUNK;
        }
        return at + taken;
    }

    private int character(int at) {
        text.append((char) buffer[at]);
        boolean newline = buffer[at] == '\n';
        if (progress == Progress.HEAD ? newline && text.indexOf(END_OF_HEAD) >= 0 : newline) {
            String read = text.toString();
            text.setLength(0);
            progress = switch (progress) {
                case HEAD -> afterHead(read.toLowerCase(Locale.ROOT));
                case CHUNK_SIZE -> afterSize(read.strip());
                case AFTER_CHUNK -> Progress.CHUNK_SIZE;
                case TRAILERS -> read.isBlank() ? Progress.ENDED : Progress.TRAILERS;
                case BODY, CHUNK, ENDED -> progress;
            };
        }
        return at + 1;
    }

    private Progress afterHead(String head) {
        status = Integer.parseInt(head.substring("http/1.1 ".length(), "http/1.1 200".length()));
        keepsAlive = !head.contains("\nconnection: close");
        if (head.contains("\ntransfer-encoding: chunked")) {
            return Progress.CHUNK_SIZE;
        }
        int at = head.indexOf(LENGTH);
        left = at < 0
                ? 0
                : Long.parseLong(head.substring(at + LENGTH.length(), head.indexOf('\r', at))
                        .strip());
        return left == 0 ? Progress.ENDED : Progress.BODY;
    }

    private Progress afterSize(String size) {
        left = Long.parseLong(size, 16);
        return left == 0 ? Progress.TRAILERS : Progress.CHUNK;
    }

    static byte[] ascii(String sent) {
        return sent.getBytes(StandardCharsets.US_ASCII);
    }
}
