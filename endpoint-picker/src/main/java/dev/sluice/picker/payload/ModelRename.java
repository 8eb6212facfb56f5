package dev.sluice.picker.payload;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.ModelName;
import java.util.Arrays;

/// Puts the name that the client sent back into an answer where the engine says its own: every
/// `"model": "<engine's name>"` becomes `"model": "<client's name>"`, in a JSON document and in every event of a
/// stream.
///
/// It matches raw bytes and needs no parse, because these bytes cannot stand inside a JSON string: there each quote
/// follows a backslash, and a quote after a backslash begins no match. Key, colon and white space pass at once; only
/// the bytes of a value that may be the engine's name are held, until the next chunk decides.
public final class ModelRename {
    private static final KeySearch KEY = new KeySearch("model");

    /// Which part of the pattern the next byte may go on with.
    private enum Part {
        KEY,
        COLON,
        OPENING_QUOTE,
        NAME
    }

    private final ChunkArrays arrays = new ChunkArrays(this::scan);
    private final byte[] served;
    private final ByteString requested;

    private Part part = Part.KEY;
    private int matched;

    /// The last byte of the array before.
    private byte previous;

    /// The part of a possible name that came in earlier chunks.
    private ByteString held = ByteString.EMPTY;

    // Within one chunk: its changed beginning, how much of it that covers, where the open name begins, and the
    // offset of the next array.
    private ByteString chunk = ByteString.EMPTY;
    private ByteString out = ByteString.EMPTY;
    private int covered;
    private int nameStart;
    private int arrayStart;

    /// @param served the name the engine uses
    /// @param requested the name the client sent
    public ModelRename(ModelName served, ModelName requested) {
        this.served = ModelSplice.jsonString(served.value()).toByteArray();
        this.requested = ModelSplice.jsonString(requested.value());
    }

    /// The bytes to pass on for a chunk: the same instance where nothing in it changes.
    public ByteString accept(ByteString next) {
        chunk = next;
        out = ByteString.EMPTY;
        covered = 0;
        nameStart = 0;
        arrayStart = 0;
        arrays.read(next);
        if (part == Part.NAME) {
            take(nameStart);
            held = held.concat(next.substring(nameStart));
        } else {
            take(next.size());
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
        expect(Part.KEY, 0);
        previous = 0;
        return rest;
    }

    private void scan(byte[] a, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (part) {
                case KEY -> key(a, i, from, to);
                case COLON -> colon(a[i], i);
                case OPENING_QUOTE -> openingQuote(a[i], i, arrayStart - from);
                case NAME -> name(a, i, to, arrayStart - from);
            };
        }
        if (from < to) {
            previous = a[to - 1];
        }
        arrayStart += to - from;
    }

    private int key(byte[] a, int from, int begin, int to) {
        int i = from;
        if (matched == 0) {
            i = KEY.indexOf(a, from, to);
            if (i < to && (i > begin ? a[i - 1] : previous) == '\\') {
                return i + 1;
            }
        }
        while (i < to && matched < KEY.length()) {
            if (a[i] != KEY.at(matched)) {
                expect(Part.KEY, 0);
                return i;
            }
            matched++;
            i++;
        }
        if (matched == KEY.length()) {
            expect(Part.COLON, 0);
        }
        return i;
    }

    private int colon(byte b, int i) {
        if (b == ':') {
            expect(Part.OPENING_QUOTE, 0);
        } else if (!isSpace(b)) {
            expect(Part.KEY, 0);
            return i;
        }
        return i + 1;
    }

    private int openingQuote(byte b, int i, int offset) {
        if (b == '"') {
            nameStart = offset + i;
            expect(Part.NAME, 1);
        } else if (!isSpace(b)) {
            expect(Part.KEY, 0);
            return i;
        }
        return i + 1;
    }

    private int name(byte[] a, int from, int to, int offset) {
        int length = Math.min(served.length - matched, to - from);
        int equal = Arrays.mismatch(a, from, from + length, served, matched, matched + length);
        if (equal >= 0) {
            out = out.concat(held);
            held = ByteString.EMPTY;
            expect(Part.KEY, 0);
            return from + equal;
        }
        matched += length;
        if (matched == served.length) {
            rename(offset + from + length);
        }
        return from + length;
    }

    private void rename(int end) {
        take(nameStart);
        out = out.concat(requested);
        covered = end;
        held = ByteString.EMPTY;
        expect(Part.KEY, 0);
    }

    private void expect(Part next, int matchedOfIt) {
        part = next;
        matched = matchedOfIt;
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
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
