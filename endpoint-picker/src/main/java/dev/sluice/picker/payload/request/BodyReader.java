package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.ChunkArrays;
import dev.sluice.picker.payload.json.JsonLexer;
import dev.sluice.picker.prompt.Api;
import java.util.ArrayDeque;

/// A reader holds the parts that read a body, and serves one body after another: the parts are much larger than
/// most results.
///
/// Each thread keeps a few idle ones for the default limits. A reader is clean when it comes back, so nothing of a body
/// outlives its scan;
/// one that never comes back is garbage like any other object.
final class BodyReader {
    private static final int IDLE = 32;
    private static final ThreadLocal<ArrayDeque<BodyReader>> READERS = ThreadLocal.withInitial(ArrayDeque::new);

    private final ScanLimits limits;
    private final RequestFields fields;
    private final JsonLexer lexer;
    private final ChunkArrays arrays;

    private BodyReader(ScanLimits limits) {
        this.limits = limits;
        this.fields = new RequestFields(limits);
        this.lexer = new JsonLexer(fields, limits.maxDepth());
        this.arrays = new ChunkArrays(lexer::accept);
    }

    static BodyReader take(Api api, ScanLimits limits) {
        BodyReader idle = limits.equals(ScanLimits.DEFAULTS) ? READERS.get().pollFirst() : null;
        BodyReader reader = idle == null ? new BodyReader(limits) : idle;
        reader.fields.start(api);
        return reader;
    }

    /// After that the reader is another body's.
    void giveBack() {
        lexer.reset(0);
        fields.reset();
        ArrayDeque<BodyReader> readers = READERS.get();
        if (readers.size() < IDLE && limits.equals(ScanLimits.DEFAULTS)) {
            readers.addFirst(this);
        }
    }

    void accept(ByteString chunk) {
        arrays.read(chunk);
    }

    ScannedRequest finish() {
        lexer.finish();
        return fields.result();
    }
}
