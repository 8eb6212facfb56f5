package dev.sluice.bench.sidebyside;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads HTTP/1.1 messages just far enough to know where they end; bodies are counted and dropped.
///
/// Netty's codec would make objects of every header and chunk, and the load generator shares its processors with
/// what it measures.
final class HttpReader {
    private static final byte[] CONTENT_LENGTH = ascii("content-length:");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked");
    private static final byte[] WORK = ascii(Backend.WORK_HEADER + ":");

    private enum State {
        START_LINE,
        HEADERS,
        BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS
    }

    private State state = State.START_LINE;
    private byte[] line = new byte[256];
    private int lineLength;
    private String startLine = "";
    private String work = "";
    private boolean chunked;
    private long remaining;
    private long bodyBytes;

    /// Reads on; true when a message has ended, with the next one's bytes, if any, left in `in`.
    boolean read(ByteBuf in) {
        while (in.isReadable()) {
            if (state == State.BODY || state == State.CHUNK_DATA) {
                int skipped = (int) Math.min(remaining, in.readableBytes());
                in.skipBytes(skipped);
                remaining -= skipped;
                bodyBytes += skipped;
                if (remaining == 0 && dataEnded()) {
                    return true;
                }
            } else if (readLine(in)) {
                boolean ended = lineEnded();
                lineLength = 0;
                if (ended) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Of the message that has ended: `HTTP/1.1 200 OK` or `POST /path HTTP/1.1`.
    String startLine() {
        return startLine;
    }

    int status() {
        return startLine.length() < 12 ? 0 : Integer.parseInt(startLine, 9, 12, 10);
    }

    /// The value of the header that names the work, if it is there.
    String work() {
        return work;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    private boolean dataEnded() {
        boolean ended = state == State.BODY;
        state = ended ? State.START_LINE : State.CHUNK_END;
        return ended;
    }

    /// The line that has been read is handled; true when it ends the message.
    private boolean lineEnded() {
        switch (state) {
            case START_LINE -> {
                startLine = text(0);
                work = "";
                chunked = false;
                remaining = 0;
                bodyBytes = 0;
                state = State.HEADERS;
            }
            case HEADERS -> {
                if (lineLength > 0) {
                    header();
                } else if (chunked) {
                    state = State.CHUNK_SIZE;
                } else {
                    state = remaining > 0 ? State.BODY : State.START_LINE;
                    return remaining == 0;
                }
            }
            case CHUNK_SIZE -> {
                remaining = hex();
                state = remaining > 0 ? State.CHUNK_DATA : State.TRAILERS;
            }
            case CHUNK_END -> state = State.CHUNK_SIZE;
            case TRAILERS -> {
                if (lineLength == 0) {
                    state = State.START_LINE;
                    return true;
                }
            }
            case BODY, CHUNK_DATA -> throw new IllegalStateException("a body has no lines");
        }
        return false;
    }

    private void header() {
        if (startsWith(CONTENT_LENGTH)) {
            remaining = Long.parseLong(text(CONTENT_LENGTH.length).strip());
        } else if (startsWith(CHUNKED)) {
            chunked = true;
        } else if (startsWith(WORK)) {
            work = text(WORK.length).strip();
        }
    }

    /// Takes bytes up to the end of the line; true when it has come.
    private boolean readLine(ByteBuf in) {
        int length = in.bytesBefore((byte) '\n');
        int taken = length < 0 ? in.readableBytes() : length;
        if (lineLength + taken > line.length) {
            line = Arrays.copyOf(line, Math.max(lineLength + taken, 2 * line.length));
        }
        in.readBytes(line, lineLength, taken);
        lineLength += taken;
        if (length < 0) {
            return false;
        }
        in.skipBytes(1);
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
            lineLength--;
        }
        return true;
    }

    private long hex() {
        long value = 0;
        int digits = 0;
        while (digits < lineLength && line[digits] != ';') {
            int digit = Character.digit(line[digits++], 16);
            if (digit < 0) {
                throw new IllegalArgumentException("no chunk size: " + text(0));
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private String text(int from) {
        return new String(line, from, lineLength - from, StandardCharsets.ISO_8859_1);
    }

    /// Compares without regard to case; the prefix is in lower case.
    private boolean startsWith(byte[] prefix) {
        if (lineLength < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            byte b = line[i];
            if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
