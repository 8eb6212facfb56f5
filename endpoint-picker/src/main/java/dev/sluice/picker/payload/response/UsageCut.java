package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.ChunkArrays;

/// Takes the events with nothing but token counts out of a stream whose client did not ask for them: those with
/// `"choices":[]` and an object as `usage` that come after events with choices.
///
/// An event is held until the byte after `"choices":[` comes, which tells all others from these; as engines send an
/// event at a time, that is hardly ever longer than the bytes at hand. What may be such an event is held to its end
/// and then read as JSON. Whatever is written in another way, or is longer than any such event, passes as it is.
public final class UsageCut {
    /// An event of counts has a few hundred bytes.
    private static final int MAX_HELD = 16_384;

    private static final byte[] DATA = "data:".getBytes(US_ASCII);
    private static final byte[] CHOICES = "\"choices\"".getBytes(US_ASCII);

    /// Which bytes of an event come next.
    private enum CutPosition {
        /// Those of `data:`.
        NAME,
        /// The opening brace of the payload.
        BRACE,
        /// Those up to the end of the key, of which some may have matched.
        KEY,
        COLON,
        BRACKET,
        /// The first after the bracket.
        ELEMENT,
        /// The rest of an event that may be one of counts.
        COUNTS,
        /// The rest of any other.
        OTHER
    }

    private final ChunkArrays arrays = new ChunkArrays(this::scan);
    private final UsageEvent event = new UsageEvent();

    private CutPosition place = CutPosition.NAME;
    private int matched;
    private boolean lineEmpty = true;
    private boolean sawChoices;

    /// The part of an event that is not decided on that came in earlier chunks.
    private ByteString held = ByteString.EMPTY;

    // Within one chunk: its changed beginning, how much of it that covers, where the open event begins, and the
    // offset of the next array.
    private ByteString chunk = ByteString.EMPTY;
    private ByteString out = ByteString.EMPTY;
    private int covered;
    private int eventStart;
    private int arrayStart;

    /// The bytes to pass on for a chunk: the same instance where nothing of it is taken out or held.
    public ByteString accept(ByteString next) {
        chunk = next;
        out = ByteString.EMPTY;
        covered = 0;
        eventStart = 0;
        arrayStart = 0;
        arrays.read(next);
        if (isDecided()) {
            take(next.size());
        } else {
            take(eventStart);
            held = held.concat(next.substring(eventStart));
            if (held.size() > MAX_HELD) {
                out = out.concat(held);
                held = ByteString.EMPTY;
                place = CutPosition.OTHER;
            }
        }
        chunk = ByteString.EMPTY;
        return out;
    }

    /// What came before and has not been passed on.
    ByteString held() {
        return held;
    }

    /// What is still held when the answer ends.
    public ByteString finish() {
        ByteString rest = held;
        held = ByteString.EMPTY;
        go(CutPosition.OTHER);
        return rest;
    }

    private void scan(byte[] a, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = a[i];
            if (place != CutPosition.OTHER && place != CutPosition.COUNTS) {
                read(b);
            }
            if (b == '\n') {
                if (lineEmpty) {
                    endEvent(arrayStart + i - from + 1);
                }
                lineEmpty = true;
            } else if (b != '\r') {
                lineEmpty = false;
            }
        }
        arrayStart += to - from;
    }

    private void read(byte b) {
        switch (place) {
            case NAME -> name(b);
            case BRACE -> expect(b, '{', CutPosition.KEY);
            case KEY -> key(b);
            case COLON -> expect(b, ':', CutPosition.BRACKET);
            case BRACKET -> expect(b, '[', CutPosition.ELEMENT);
            case ELEMENT -> element(b);
            case COUNTS, OTHER -> {}
        }
    }

    private void name(byte b) {
        if (b != DATA[matched]) {
            pass();
        } else if (++matched == DATA.length) {
            go(CutPosition.BRACE);
        }
    }

    private void key(byte b) {
        if (b == CHOICES[matched]) {
            if (++matched == CHOICES.length) {
                go(CutPosition.COLON);
            }
        } else {
            // No part of the key but its first byte is its beginning.
            matched = b == CHOICES[0] ? 1 : 0;
        }
    }

    private void expect(byte b, char wanted, CutPosition next) {
        if (b == wanted) {
            go(next);
        } else if (!isSpace(b)) {
            pass();
        }
    }

    private void element(byte b) {
        if (b == ']' && sawChoices) {
            go(CutPosition.COUNTS);
        } else if (!isSpace(b)) {
            sawChoices |= b == '{';
            pass();
        }
    }

    private void go(CutPosition next) {
        place = next;
        matched = 0;
    }

    /// The open event is not one of counts.
    private void pass() {
        out = out.concat(held);
        held = ByteString.EMPTY;
        go(CutPosition.OTHER);
    }

    /// @param end offset in the chunk just after the event
    private void endEvent(int end) {
        if (place == CutPosition.COUNTS && event.matches(held.concat(chunk.substring(eventStart, end)))) {
            take(eventStart);
            covered = end;
            held = ByteString.EMPTY;
        } else if (!isDecided()) {
            pass();
        }
        go(CutPosition.NAME);
        eventStart = end;
    }

    /// Whether nothing of the open event has to be held.
    private boolean isDecided() {
        return place == CutPosition.OTHER || (place == CutPosition.NAME && matched == 0);
    }

    /// Passes the chunk's bytes on as they are, up to an offset.
    private void take(int end) {
        if (end == chunk.size() && out.isEmpty() && covered == 0) {
            out = chunk;
        } else if (covered < end) {
            out = out.concat(chunk.substring(covered, end));
            covered = end;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
