package dev.sluice.picker.payload;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.Api;
import org.jspecify.annotations.Nullable;

/// The scan of one request body, chunk by chunk as it arrives: one pass, no tree, no copy of the body.
///
/// It checks that the body is JSON, finds the fields that routing needs, and hashes the prompt.
public final class RequestScan {
    private final RequestFields fields;
    private final JsonLexer lexer;
    private final ChunkArrays arrays;
    private ScanResult.@Nullable Malformed fault;

    public RequestScan(Api api) {
        this(api, ScanLimits.DEFAULTS);
    }

    public RequestScan(Api api, ScanLimits limits) {
        this.fields = new RequestFields(api, limits);
        this.lexer = new JsonLexer(fields, limits.maxDepth());
        this.arrays = new ChunkArrays(lexer::accept);
    }

    /// Takes the next bytes of the body, which may end anywhere.
    ///
    /// @return false once the body cannot become valid any more, whatever follows
    public boolean accept(ByteString chunk) {
        if (fault == null) {
            try {
                arrays.read(chunk);
            } catch (MalformedJson e) {
                fault = new ScanResult.Malformed(e.reason(), e.byteOffset());
            }
        }
        return fault == null;
    }

    /// The result, once the whole body was accepted.
    public ScanResult finish() {
        if (fault != null) {
            return fault;
        }
        try {
            lexer.finish();
        } catch (MalformedJson e) {
            fault = new ScanResult.Malformed(e.reason(), e.byteOffset());
            return fault;
        }
        return new ScanResult.Parsed(fields.result());
    }
}
