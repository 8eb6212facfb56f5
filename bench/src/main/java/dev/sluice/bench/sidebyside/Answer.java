package dev.sluice.bench.sidebyside;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// An HTTP response as bytes, in the pieces in which its server writes them; they are borrowed.
///
/// @param bodyBytes the length of the body that a client should get
record Answer(List<ByteBuf> pieces, int bodyBytes) {
    private static final String HEAD = "HTTP/1.1 %d %s\r\nserver: uvicorn\r\ncontent-type: %s\r\n%s\r\n\r\n";

    Answer {
        pieces = List.copyOf(pieces);
    }

    /// A body of known length.
    static Answer of(int status, String contentType, String body) {
        String length = "content-length: " + body.length();
        String head = HEAD.formatted(status, status == 200 ? "OK" : "Error", contentType, length);
        return new Answer(List.of(buffer(head + body)), body.length());
    }

    /// A body in chunks, one for each event.
    ///
    /// @param perPiece how many of them are written at a time
    static Answer streamed(List<String> events, int perPiece) {
        List<ByteBuf> pieces = new ArrayList<>();
        pieces.add(buffer(HEAD.formatted(200, "OK", "text/event-stream", "transfer-encoding: chunked")));
        for (int from = 0; from < events.size(); from += perPiece) {
            pieces.add(buffer(events.subList(from, Math.min(from + perPiece, events.size())).stream()
                    .map(Answer::chunk)
                    .collect(Collectors.joining())));
        }
        pieces.add(buffer(chunk("")));
        return new Answer(pieces, events.stream().mapToInt(String::length).sum());
    }

    private static String chunk(String event) {
        return Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
    }

    /// On the heap, where nobody has to release it: pages of metrics come and go.
    private static ByteBuf buffer(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }
}
