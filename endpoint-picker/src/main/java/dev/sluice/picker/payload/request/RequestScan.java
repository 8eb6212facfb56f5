package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.prompt.Api;
import org.jspecify.annotations.Nullable;

/// The scan of one JSON body, chunk by chunk as it arrives: one pass, no tree, no copy of the body.
///
/// It checks that the body is JSON, finds the fields that routing needs, and hashes the prompt.
public final class RequestScan implements BodyScan {
    /// Null once there is a result.
    private @Nullable BodyReader reader;

    private @Nullable ScanResult result;

    public RequestScan(Api api) {
        this(api, ScanLimits.DEFAULTS);
    }

    public RequestScan(Api api, ScanLimits limits) {
        this.reader = BodyReader.take(api, limits);
    }

    @Override
    public boolean accept(ByteString chunk) {
        if (reader != null) {
            try {
                reader.accept(chunk);
            } catch (MalformedJson e) {
                end(reader, new ScanResult.Malformed(e.reason(), e.byteOffset()));
            }
        }
        return reader != null;
    }

    @Override
    public ScanResult finish() {
        if (result != null) {
            return result;
        }
        if (reader == null) {
            throw new IllegalStateException("a scan that has ended has a result");
        }
        try {
            return end(reader, new ScanResult.Parsed(reader.finish()));
        } catch (MalformedJson e) {
            return end(reader, new ScanResult.Malformed(e.reason(), e.byteOffset()));
        }
    }

    private ScanResult end(BodyReader used, ScanResult found) {
        used.giveBack();
        reader = null;
        result = found;
        return found;
    }
}
