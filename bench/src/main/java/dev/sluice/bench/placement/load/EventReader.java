package dev.sluice.bench.placement.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/// Reads server-sent events just far enough to know when tokens came.
final class EventReader {
    private static final Pattern CONTENT =
            Pattern.compile("\"(?:content|text|reasoning|reasoning_content)\"\\s*:\\s*\"(?!\")");
    private static final Pattern ERROR = Pattern.compile("^data:\\s*\\{\\s*\"error\"");
    private static final Pattern DONE = Pattern.compile("^data:\\s*\\[DONE\\]");

    private byte[] line = new byte[1_024];
    private int length;
    private int contents;
    private long firstContent;
    private long lastContent;
    private boolean done;
    private boolean failed;

    void reset() {
        length = 0;
        contents = 0;
        firstContent = 0;
        lastContent = 0;
        done = false;
        failed = false;
    }

    /// Reads what came at a moment.
    void read(ByteBuf in, long now) {
        while (in.isReadable()) {
            int upTo = in.bytesBefore((byte) '\n');
            int taken = upTo < 0 ? in.readableBytes() : upTo;
            if (length + taken > line.length) {
                line = Arrays.copyOf(line, Math.max(length + taken, 2 * line.length));
            }
            in.readBytes(line, length, taken);
            length += taken;
            if (upTo >= 0) {
                in.skipBytes(1);
                lineEnded(now);
                length = 0;
            }
        }
    }

    /// The number of events that had content.
    int contents() {
        return contents;
    }

    /// The moment of the first event with content; 0 before it.
    long firstContent() {
        return firstContent;
    }

    long lastContent() {
        return lastContent;
    }

    /// The stream has ended as it should.
    boolean isComplete() {
        return done && !failed;
    }

    private void lineEnded(long now) {
        if (length < 5 || line[0] != 'd') {
            return;
        }
        String event = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        if (DONE.matcher(event).find()) {
            done = true;
        } else if (ERROR.matcher(event).find()) {
            failed = true;
        } else if (CONTENT.matcher(event).find()) {
            contents++;
            lastContent = now;
            firstContent = firstContent == 0 ? now : firstContent;
        }
    }
}
