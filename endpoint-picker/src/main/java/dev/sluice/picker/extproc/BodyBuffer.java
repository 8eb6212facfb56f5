package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.BodyScan;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.List;

/// The buffer holds what has come of a body that is read.
final class BodyBuffer {
    final BodyScan scan;
    final List<ByteString> chunks = new ArrayList<>();
    long bytes;

    BodyBuffer(BodyScan scan) {
        this.scan = scan;
    }

    /// The mode in which the body comes. Proxies that do not say so are taken to send bodies as the
    /// protocol's reference does.
    static BodySendMode mode(ProcessingRequest first) {
        return first.hasProtocolConfig()
                ? first.getProtocolConfig().getRequestBodyMode()
                : BodySendMode.FULL_DUPLEX_STREAMED;
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
