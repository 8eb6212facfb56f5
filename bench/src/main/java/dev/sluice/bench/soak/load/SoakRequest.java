package dev.sluice.bench.soak.load;

import java.time.Duration;
import java.util.List;

/// A request of the soak, as its client sends it.
///
/// @param head up to the empty line
/// @param parts the body; parts are shared between requests
/// @param sending how long the client takes for the body
/// @param streamed whether the answer is to come in events
// It is compared with nothing, and its bytes are written once.
@SuppressWarnings("ArrayRecordComponent")
record SoakRequest(
        RequestKind kind,
        byte[] head,
        List<byte[]> parts,
        Duration sending,
        boolean streamed,
        Cancellation cancellation) {
    SoakRequest {
        parts = List.copyOf(parts);
    }

    long bodyBytes() {
        return parts.stream().mapToLong(part -> part.length).sum();
    }
}
