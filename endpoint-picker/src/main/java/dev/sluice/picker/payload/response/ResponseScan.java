package dev.sluice.picker.payload.response;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.ChunkArrays;
import dev.sluice.picker.payload.json.JsonLexer;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The scan of an answer tells, as chunks pass, when content begins and how many tokens it took.
///
/// It holds nothing back, keeps no chunk, and never throws: what it cannot read it counts as a fault and skips, an
/// event at a time, or to the end where the answer is one JSON document.
///
/// Once content has come, only token counts and errors are of interest, and few events have them. So an event
/// that lies whole in the bytes at hand is read only if `"usage"` or `"error"` stands in it with a value other
/// than null. Where these bytes do not stand there is no such key (unless written with escapes, which no engine
/// does), and no generated text can feign one, because a quote inside a JSON string follows a backslash. An
/// event that goes on in the next bytes is read in any case, so that nothing of it need be kept.
public final class ResponseScan {
    private static final int MAX_DEPTH = 512;
    private static final KeySearch USAGE = new KeySearch("usage");
    private static final KeySearch ERROR = new KeySearch("error");

    private final ChunkArrays arrays = new ChunkArrays(this::bytes);
    private final ResponseFields fields = new ResponseFields();
    private final JsonLexer lexer = new JsonLexer(fields, MAX_DEPTH);
    private final @Nullable SseLexer sse;
    private final EventCount events = new EventCount();
    private boolean skipping;
    private int faults;
    private long bytes;
    /// The offset where the last event that was read ended.
    private long eventBegan;
    /// The offset where the event with the first content ended, and the number of its bytes that were none; 0
    /// before.
    private long contentBegan;
    private long framingBytes;

    private ResponseScan(boolean streamed) {
        this.sse = streamed ? new SseLexer(this::data) : null;
    }

    /// The scan for answers of a content type, or null where it is neither JSON nor server-sent events.
    public static @Nullable ResponseScan of(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            return new ResponseScan(true);
        }
        return type.startsWith("application/json") ? new ResponseScan(false) : null;
    }

    /// Takes the next bytes of the answer, which may end anywhere.
    public void accept(ByteString chunk) {
        arrays.read(chunk);
    }

    /// Generated content has come in an event. A whole document comes when its last token has: it tells
    /// nothing of its first.
    public boolean sawFirstToken() {
        return sse != null && fields.sawContent();
    }

    /// A stream that began as an answer told of an error, which its status could not tell any more.
    public boolean sawError() {
        return sse != null && fields.sawError();
    }

    /// Events or documents that were read and are no JSON.
    public int faults() {
        return faults;
    }

    /// The token counts so far, or null where none came.
    public @Nullable TokenUsage usage() {
        return fields.usage();
    }

    /// The output that a stream has generated so far, by its events, to go by where it has no usage. Zero for
    /// a whole document.
    ///
    /// Each event repeats the same framing around its content, so the first one tells how much of the rest is
    /// content.
    public Generated generated() {
        if (framingBytes == 0) {
            return Generated.NOTHING;
        }
        long further = events.events();
        long text = bytes - contentBegan - further * framingBytes;
        return new Generated(1 + further, fields.firstContentBytes() + Math.max(0, text));
    }

    private void bytes(byte[] a, int from, int to) {
        if (sse == null) {
            data(a, from, to);
            return;
        }
        long before = bytes;
        bytes += to - from;
        if (framingBytes > 0) {
            events.accept(a, from, to);
        }
        int i = from;
        while (i < to) {
            if (fields.sawContent() && sse.betweenEvents()) {
                int first = next(USAGE, a, i, to);
                i = SseLexer.beginBefore(a, i, fields.sawError() ? first : next(ERROR, a, i, first));
            }
            i = sse.scan(a, i, to);
            if (sse.ended()) {
                endEvent();
                noteFraming(a, i, to, before + i - from);
            }
        }
    }

    /// The index of a key that may be followed by something, or `to`.
    private static int next(KeySearch key, byte[] a, int from, int to) {
        int at = key.indexOf(a, from, to);
        while (at < to && isNull(a, at + key.length(), to)) {
            at = key.indexOf(a, at + key.length(), to);
        }
        return at;
    }

    /// The value null follows a key that ends at `from`, written as engines write it.
    private static boolean isNull(byte[] a, int from, int to) {
        int value = from + 1 < to && a[from + 1] == ' ' ? from + 2 : from + 1;
        return value < to && a[from] == ':' && a[value] == 'n';
    }

    private void data(byte[] a, int from, int to) {
        if (skipping) {
            return;
        }
        try {
            lexer.accept(a, from, to);
        } catch (MalformedJson e) {
            faults++;
            skipping = true;
        }
    }

    /// @param at bytes of the stream up to the event's end, at `i` of `a`
    private void noteFraming(byte[] a, int i, int to, long at) {
        if (framingBytes == 0 && fields.sawContent()) {
            framingBytes = Math.max(1, at - eventBegan - fields.firstContentBytes());
            contentBegan = at;
            events.accept(a, i, to);
        }
        eventBegan = at;
    }

    private void endEvent() {
        if (!skipping && !lexer.complete()) {
            faults++;
        }
        skipping = false;
        lexer.reset(0);
        fields.reset();
    }
}
