package dev.sluice.picker.payload;

/// Takes server-sent events apart: hands on the payload of `data` lines and says where events end, holding nothing.
///
/// Lines end with LF, CR or both; a line without content ends the event. `[DONE]`, OpenAI's end mark, is no event:
/// payload that begins with `[` is passed over, as the events of all known APIs are objects.
final class SseLexer implements ByteSink {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
    private static final byte[] LINE_FEED = {'\n'};

    private enum Place {
        /// In the first bytes of a line, which are those of `data:` so far.
        NAME,
        /// Just after `data:`, where one space may stand.
        START,
        PAYLOAD,
        /// In a line that does not matter.
        OTHER
    }

    private final ByteSink payload;
    private final Runnable eventEnd;
    private Place place = Place.NAME;
    private int matched;
    private boolean afterCarriageReturn;
    private boolean hasData;

    SseLexer(ByteSink payload, Runnable eventEnd) {
        this.payload = payload;
        this.eventEnd = eventEnd;
    }

    @Override
    public void write(byte[] a, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (place) {
                case NAME -> name(a[i], i);
                case START -> start(a[i], i);
                case PAYLOAD, OTHER -> rest(a, i, to);
            };
        }
    }

    private int name(byte b, int i) {
        if (b == '\n' && afterCarriageReturn) {
            afterCarriageReturn = false;
        } else if (isLineEnd(b)) {
            if (matched == 0 && hasData) {
                hasData = false;
                eventEnd.run();
            }
            endLine(b);
        } else if (b != DATA[matched]) {
            place = Place.OTHER;
        } else if (++matched == DATA.length) {
            place = Place.START;
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
        place = b == '[' || isLineEnd(b) ? Place.OTHER : Place.PAYLOAD;
        if (place == Place.PAYLOAD && hasData) {
            payload.write(LINE_FEED, 0, 1);
        }
        hasData |= place == Place.PAYLOAD;
        return i;
    }

    private int rest(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isLineEnd(a[i])) {
            i++;
        }
        if (place == Place.PAYLOAD && from < i) {
            payload.write(a, from, i);
        }
        if (i == to) {
            return i;
        }
        endLine(a[i]);
        return i + 1;
    }

    private void endLine(byte b) {
        place = Place.NAME;
        matched = 0;
        afterCarriageReturn = b == '\r';
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }
}
