package dev.sluice.picker.payload.response;

import dev.sluice.picker.payload.json.ByteSink;

/// Takes server-sent events apart: hands on the payload of `data` lines and stops where an event ends, holding
/// nothing.
///
/// PoolQueues end with LF, CR or both; a line without content ends the event. `[DONE]`, OpenAI's end mark, is no event:
/// payload that begins with `[` is passed over, as the events of all known APIs are objects.
final class SseLexer {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
    private static final byte[] LINE_FEED = {'\n'};

    private enum LinePosition {
        /// In the first bytes of a line, which are those of `data:` so far.
        NAME,
        /// Just after `data:`, where one space may stand.
        START,
        PAYLOAD,
        /// In a line that does not matter.
        OTHER
    }

    private final ByteSink payload;
    private LinePosition place = LinePosition.NAME;
    private int matched;
    private boolean afterCarriageReturn;
    private boolean hasData;
    private boolean ended;

    SseLexer(ByteSink payload) {
        this.payload = payload;
    }

    /// No byte of an event's payload has come since the last event ended, so that the next event may as well
    /// be passed over from here.
    boolean betweenEvents() {
        return place == LinePosition.NAME && matched == 0 && !hasData;
    }

    /// The last scan stopped because an event with payload ended.
    boolean ended() {
        return ended;
    }

    /// Reads until just after an event, or to `to`.
    int scan(byte[] a, int from, int to) {
        ended = false;
        int i = from;
        while (i < to && !ended) {
            i = switch (place) {
                case NAME -> name(a[i], i);
                case START -> start(a[i], i);
                case PAYLOAD, OTHER -> rest(a, i, to);
            };
        }
        return i;
    }

    /// The index of the last event that begins before `to`, which is after an empty line, or `from` where
    /// none does.
    static int beginBefore(byte[] a, int from, int to) {
        for (int i = to; i > from + 1; i--) {
            if (isLineEnd(a[i - 1])) {
                int line = a[i - 1] == '\n' && a[i - 2] == '\r' ? i - 3 : i - 2;
                if (line >= from && isLineEnd(a[line])) {
                    return i;
                }
            }
        }
        return from;
    }

    private int name(byte b, int i) {
        if (b == '\n' && afterCarriageReturn) {
            afterCarriageReturn = false;
        } else if (isLineEnd(b)) {
            if (matched == 0 && hasData) {
                hasData = false;
                ended = true;
            }
            endLine(b);
        } else if (b != DATA[matched]) {
            place = LinePosition.OTHER;
        } else if (++matched == DATA.length) {
            place = LinePosition.START;
        }
        if (b != '\r') {
            afterCarriageReturn = false;
        }
        return i + 1;
    }

    private int start(byte b, int i) {
        if (b == ' ') {
            return i + 1;
        }
        place = b == '[' || isLineEnd(b) ? LinePosition.OTHER : LinePosition.PAYLOAD;
        if (place == LinePosition.PAYLOAD && hasData) {
            payload.write(LINE_FEED, 0, 1);
        }
        hasData |= place == LinePosition.PAYLOAD;
        return i;
    }

    private int rest(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isLineEnd(a[i])) {
            i++;
        }
        if (place == LinePosition.PAYLOAD && from < i) {
            payload.write(a, from, i);
        }
        if (i == to) {
            return i;
        }
        endLine(a[i]);
        return i + 1;
    }

    private void endLine(byte b) {
        place = LinePosition.NAME;
        matched = 0;
        afterCarriageReturn = b == '\r';
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }
}
