package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.Api;
import dev.sluice.picker.payload.RequestScan;
import java.util.ArrayList;
import java.util.List;

/// What has come of a body that is read.
final class ReadBody {
    final RequestScan scan;
    final List<ByteString> chunks = new ArrayList<>();
    long bytes;

    ReadBody(Api api) {
        this.scan = new RequestScan(api);
    }

    /// A body that cannot become valid is no longer kept, but read to its end: a client that is still sending would
    /// see a broken connection where it should see what was wrong.
    void add(ByteString chunk) {
        bytes += chunk.size();
        if (scan.accept(chunk)) {
            chunks.add(chunk);
        } else {
            chunks.clear();
        }
    }
}
