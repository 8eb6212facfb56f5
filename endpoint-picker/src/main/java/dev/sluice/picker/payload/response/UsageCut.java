package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;

/// Takes the events with nothing but token counts out of a stream whose client did not ask for them: those with
/// `"choices":[]` and an object as `usage` that come after events with choices.
///
/// An event is held until the byte after `"choices":[` comes, which tells all others from these; as engines send an
/// event at a time, that is hardly ever longer than the bytes at hand. What may be such an event is held to its end
/// and then read as JSON. Whatever is written in another way, or is longer than any such event, passes as it is.
public final class UsageCut extends ChunkEdit {
    private static final byte[] DATA = "data:".getBytes(US_ASCII);
    private static final byte[] CHOICES = "\"choices\"".getBytes(US_ASCII);

    /// The bytes of an event that come next.
    private enum CutPosition {
        /// The bytes of `data:`.
        NAME,
        /// The opening brace of the payload.
        BRACE,
        /// The bytes up to the end of the key, of which some may have matched.
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

    private final UsageEvent event = new UsageEvent();

    private CutPosition place = CutPosition.NAME;
    private int matched;
    private boolean lineEmpty = true;
    private boolean sawChoices;

    @Override
    void scan(byte[] a, int from, int to, int offset) {
        for (int i = from; i < to; i++) {
            byte b = a[i];
            if (place != CutPosition.OTHER && place != CutPosition.COUNTS) {
                read(b);
            }
            if (b == '\n') {
                if (lineEmpty) {
                    endEvent(offset + i + 1);
                }
                lineEmpty = true;
            } else if (b != '\r') {
                lineEmpty = false;
            }
        }
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
        release();
        go(CutPosition.OTHER);
    }

    /// @param end offset in the chunk just after the event
    private void endEvent(int end) {
        if (place == CutPosition.COUNTS && event.matches(part(end))) {
            replace(end, ByteString.EMPTY);
        } else if (isUndecided()) {
            pass();
        }
        go(CutPosition.NAME);
        open(end);
    }

    @Override
    boolean isUndecided() {
        return place != CutPosition.OTHER && (place != CutPosition.NAME || matched > 0);
    }

    @Override
    void giveUp() {
        go(CutPosition.OTHER);
    }

    @Override
    void reset() {
        go(CutPosition.OTHER);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
