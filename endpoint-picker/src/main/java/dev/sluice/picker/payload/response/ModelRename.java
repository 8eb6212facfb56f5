package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.request.ModelSplice;

/// Puts the name that the client sent back into an answer, wherever the engine says which model answers: in `model` at
/// the top of a JSON document or event, and of its `response` (OpenAI's Responses API), `message` (Anthropic) and
/// `error`, whatever name stands there. Any other `model`, such as in a tool's arguments, is what the model or the
/// client wrote, and stays byte for byte.
///
/// It reads of JSON where strings and containers begin and end, and the keys of the first two levels. An
/// event's rest is not read once the model is named, which engines do near its beginning. Only the bytes of a
/// name are held, until it ends.
public final class ModelRename extends ChunkEdit {
    private static final byte[] DATA = "data:".getBytes(US_ASCII);

    // Keys as numbers: their bytes, of which eight are enough to tell those that matter.
    private static final int LONGEST_KEY = Long.BYTES;
    private static final long MODEL = packed("model");
    private static final long RESPONSE = packed("response");
    private static final long MESSAGE = packed("message");
    private static final long ERROR = packed("error");
    private static final long NO_KEY = 0;

    /// The bytes that come next.
    private enum RenamePosition {
        /// The first of a line of a stream, which are those of `data:` so far.
        LINE,
        /// A line's that does not matter.
        REST_OF_LINE,
        /// The bytes between strings.
        STRUCTURE,
        KEY,
        /// A string's that does not matter.
        STRING,
        NAME
    }

    private final boolean events;
    private final ByteString requested;

    private RenamePosition place;
    /// Bytes of `data:` that have matched.
    private int matched;
    private boolean afterCarriageReturn;
    /// The event has named its model.
    private boolean named;

    private int depth;
    /// The depth of the object whose keys count: 1, or 2 within `response` and the like; 0 outside of such
    /// objects.
    private int counted;
    private boolean keyNext;
    private long key;
    private int keyLength;
    private boolean escaped;

    private ModelRename(boolean events, ModelName requested) {
        this.events = events;
        this.requested = ModelSplice.jsonString(requested.value());
        this.place = events ? RenamePosition.LINE : RenamePosition.STRUCTURE;
    }

    /// The rename in an answer that is one JSON document.
    ///
    /// @param requested the name the client sent
    public static ModelRename inDocument(ModelName requested) {
        return new ModelRename(false, requested);
    }

    /// The rename in an answer that is a stream of events.
    ///
    /// @param requested the name the client sent
    public static ModelRename inEvents(ModelName requested) {
        return new ModelRename(true, requested);
    }

    private static long packed(String key) {
        long packed = 0;
        for (byte each : key.getBytes(US_ASCII)) {
            packed = (packed << Byte.SIZE) | each;
        }
        return packed;
    }

    @Override
    boolean isUndecided() {
        return place == RenamePosition.NAME;
    }

    /// A longer name is none.
    @Override
    void giveUp() {
        place = RenamePosition.STRING;
    }

    @Override
    void reset() {
        place = events ? RenamePosition.LINE : RenamePosition.STRUCTURE;
        matched = 0;
        afterCarriageReturn = false;
        beginEvent();
    }

    private void beginEvent() {
        named = false;
        depth = 0;
        counted = 0;
        keyNext = false;
        key = NO_KEY;
        escaped = false;
    }

    @Override
    void scan(byte[] a, int from, int to, int offset) {
        int i = from;
        while (i < to) {
            i = switch (place) {
                case LINE -> line(a[i], i);
                case REST_OF_LINE -> restOfLine(a, i, to);
                case STRUCTURE -> structure(a, i, to, offset);
                case KEY -> key(a[i], i);
                case STRING -> string(a, i, to);
                case NAME -> name(a, i, to, offset);
            };
        }
    }

    private int line(byte b, int i) {
        boolean endedBefore = b == '\n' && afterCarriageReturn;
        afterCarriageReturn = b == '\r';
        if (endedBefore) {
            return i + 1;
        }
        if (isLineEnd(b)) {
            if (matched == 0) {
                // An empty line: the event is over.
                beginEvent();
            }
            matched = 0;
        } else if (b != DATA[matched]) {
            place = RenamePosition.REST_OF_LINE;
        } else if (++matched == DATA.length) {
            place = named ? RenamePosition.REST_OF_LINE : RenamePosition.STRUCTURE;
        }
        return i + 1;
    }

    private int restOfLine(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isLineEnd(a[i])) {
            i++;
        }
        return i == to ? i : endLine(a[i], i);
    }

    private int endLine(byte b, int i) {
        place = RenamePosition.LINE;
        matched = 0;
        afterCarriageReturn = b == '\r';
        return i + 1;
    }

    /// A string cannot go on here: JSON has no raw line ends in strings, and a line of a stream ends its
    /// payload.
    private boolean isBroken(byte b) {
        return events && isLineEnd(b);
    }

    private int structure(byte[] a, int from, int to, int offset) {
        for (int i = from; i < to; i++) {
            byte b = a[i];
            switch (b) {
                case '"' -> {
                    openString(offset + i);
                    return i + 1;
                }
                case '{' -> openObject();
                case '[' -> {
                    depth++;
                    keyNext = false;
                }
                case '}', ']' -> close();
                case ',' -> {
                    key = NO_KEY;
                    keyNext = isCounted();
                }
                case ':' -> keyNext = false;
                case '\n', '\r' -> {
                    if (events) {
                        return endLine(b, i);
                    }
                }
                default -> {}
            }
        }
        return to;
    }

    /// Keys here may be those of a model's name.
    private boolean isCounted() {
        return counted > 0 && depth == counted;
    }

    private void openObject() {
        boolean holder = depth == 1 && counted == 1 && (key == RESPONSE || key == MESSAGE || key == ERROR);
        depth++;
        if (depth == 1 || holder) {
            counted = depth;
        }
        key = NO_KEY;
        keyNext = isCounted();
    }

    private void close() {
        if (isCounted()) {
            counted--;
        }
        depth = Math.max(0, depth - 1);
        key = NO_KEY;
        keyNext = false;
    }

    private void openString(int at) {
        if (!isCounted()) {
            place = RenamePosition.STRING;
        } else if (keyNext) {
            place = RenamePosition.KEY;
            key = NO_KEY;
            keyLength = 0;
        } else if (key == MODEL) {
            place = RenamePosition.NAME;
            open(at);
        } else {
            place = RenamePosition.STRING;
        }
    }

    private int key(byte b, int i) {
        if (b == '"') {
            place = RenamePosition.STRUCTURE;
            keyNext = false;
            key = keyLength <= LONGEST_KEY ? key : NO_KEY;
        } else if (b == '\\') {
            // No engine writes the keys that matter with escapes.
            key = NO_KEY;
            keyNext = false;
            escaped = true;
            place = RenamePosition.STRING;
        } else if (isBroken(b)) {
            return endLine(b, i);
        } else {
            key = (key << Byte.SIZE) | (b & 0xFF);
            keyLength++;
        }
        return i + 1;
    }

    private int string(byte[] a, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = a[i];
            if (escaped) {
                escaped = false;
            } else if (b == '"') {
                place = RenamePosition.STRUCTURE;
                return i + 1;
            } else if (b == '\\') {
                escaped = true;
            } else if (isBroken(b)) {
                return endLine(b, i);
            }
            i++;
        }
        return i;
    }

    private int name(byte[] a, int from, int to, int offset) {
        int i = string(a, from, to);
        if (place == RenamePosition.STRUCTURE) {
            rename(offset + i);
        } else if (place == RenamePosition.LINE) {
            // A string that has no end is no name.
            release();
        }
        return i;
    }

    private void rename(int end) {
        replace(end, requested);
        key = NO_KEY;
        if (events) {
            named = true;
            place = RenamePosition.REST_OF_LINE;
        }
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r';
    }
}
