package dev.sluice.picker.payload.response;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.JsonLexer;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream of events of which each is read in full, whatever stands in it: what [ResponseScan] must agree with.
final class FullResponseScan {
    private final ResponseFields fields = new ResponseFields();
    private final JsonLexer lexer = new JsonLexer(fields, 512);
    private final SseLexer sse = new SseLexer(this::data);
    private boolean skipping;

    static FullResponseScan of(List<ByteString> chunks) {
        FullResponseScan scan = new FullResponseScan();
        chunks.forEach(chunk -> scan.bytes(chunk.toByteArray()));
        return scan;
    }

    boolean sawFirstToken() {
        return fields.sawContent();
    }

    boolean sawError() {
        return fields.sawError();
    }

    @Nullable
    TokenUsage usage() {
        return fields.usage();
    }

    private void bytes(byte[] a) {
        int i = 0;
        while (i < a.length) {
            i = sse.scan(a, i, a.length);
            if (sse.ended()) {
                skipping = false;
                lexer.reset(0);
                fields.reset();
            }
        }
    }

    private void data(byte[] a, int from, int to) {
        if (!skipping) {
            try {
                lexer.accept(a, from, to);
            } catch (MalformedJson e) {
                skipping = true;
            }
        }
    }
}
