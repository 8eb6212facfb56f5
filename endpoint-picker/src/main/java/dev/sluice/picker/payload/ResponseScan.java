package dev.sluice.picker.payload;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.TokenUsage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an answer tells as its chunks pass: when content begins, how many events it has, how many tokens it took.
///
/// It holds nothing back, keeps no chunk, and never throws: what it cannot read it counts as a fault and skips, an
/// event at a time, or to the end where the answer is one JSON document.
public final class ResponseScan {
    private static final int MAX_DEPTH = 512;

    private final ResponseFields fields = new ResponseFields();
    private final JsonLexer lexer = new JsonLexer(fields, MAX_DEPTH);
    private final @Nullable SseLexer sse;
    private boolean skipping;
    private int events;
    private int faults;

    private ResponseScan(boolean streamed) {
        this.sse = streamed ? new SseLexer(this::data, this::endEvent) : null;
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
        if (sse != null) {
            ChunkArrays.read(chunk, sse);
        } else {
            ChunkArrays.read(chunk, this::data);
        }
    }

    /// Whether generated content has come: any byte of a JSON document's text, or of an event's delta.
    public boolean sawContent() {
        return fields.sawContent();
    }

    /// Events with data so far, without the closing `[DONE]`; 0 for a JSON document.
    public int events() {
        return events;
    }

    /// Events or documents that could not be read.
    public int faults() {
        return faults;
    }

    /// The token counts so far, or null where none came.
    public @Nullable TokenUsage usage() {
        return fields.usage();
    }

    private void data(byte[] array, int from, int to) {
        if (skipping) {
            return;
        }
        try {
            lexer.accept(array, from, to);
        } catch (MalformedJson e) {
            faults++;
            skipping = true;
        }
    }

    private void endEvent() {
        if (!skipping && !lexer.complete()) {
            faults++;
        }
        events++;
        skipping = false;
        lexer.reset(0);
        fields.reset();
    }
}
