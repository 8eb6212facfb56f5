package dev.sluice.picker.payload;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.ModelName;

/// Puts the name that the client sent back into an answer where the engine says its own: every
/// `"model": "<engine's name>"` becomes `"model": "<client's name>"`, in a JSON document and in every event of a
/// stream.
///
/// It matches raw bytes and needs no parse, because these bytes cannot stand inside a JSON string: there each quote
/// follows a backslash, and a quote after a backslash begins no match. Key, colon and white space pass at once; only
/// the bytes of a value that may be the engine's name are held, until the next chunk decides.
public final class ModelRename {
    private static final byte[] KEY = {'"', 'm', 'o', 'd', 'e', 'l', '"'};

    /// Which part of the pattern the next byte may go on with.
    private enum Part {
        KEY,
        COLON,
        OPENING_QUOTE,
        NAME
    }

    private final byte[] served;
    private final ByteString requested;

    private Part part = Part.KEY;
    private int matched;
    private byte previous;

    /// The part of a possible name that came in earlier chunks.
    private ByteString held = ByteString.EMPTY;

    // Within one chunk: its changed beginning, how much of it that covers, where the open name begins, and the offset
    // of the next array.
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
        ChunkArrays.read(next, this::scan);
        if (part == Part.NAME) {
            take(nameStart);
            held = held.concat(next.substring(nameStart));
        } else {
            take(next.size());
        }
        chunk = ByteString.EMPTY;
        return out;
    }

    /// What is still held when the answer ends.
    public ByteString finish() {
        ByteString rest = held;
        held = ByteString.EMPTY;
        restart((byte) 0);
        return rest;
    }

    private void scan(byte[] a, int from, int to) {
        int offset = arrayStart - from;
        for (int i = from; i < to; i++) {
            byte b = a[i];
            if (matched == 0 && part == Part.KEY && b != '"') {
                previous = b;
                continue;
            }
            step(b, offset + i);
            previous = b;
        }
        arrayStart += to - from;
    }

    private void step(byte b, int at) {
        switch (part) {
            case KEY -> {
                if (b != KEY[matched]) {
                    restart(b);
                } else if (matched > 0 || previous != '\\') {
                    expect(++matched == KEY.length ? Part.COLON : Part.KEY, matched);
                }
            }
            case COLON -> {
                if (b == ':') {
                    expect(Part.OPENING_QUOTE, 0);
                } else if (!isSpace(b)) {
                    restart(b);
                }
            }
            case OPENING_QUOTE -> {
                if (b == '"') {
                    nameStart = at;
                    expect(Part.NAME, 1);
                } else if (!isSpace(b)) {
                    restart(b);
                }
            }
            case NAME -> {
                if (b != served[matched]) {
                    out = out.concat(held);
                    held = ByteString.EMPTY;
                    restart(b);
                } else if (++matched == served.length) {
                    rename(at + 1);
                }
            }
        }
    }

    private void rename(int end) {
        take(nameStart);
        out = out.concat(requested);
        covered = end;
        held = ByteString.EMPTY;
        restart((byte) 0);
    }

    private void restart(byte b) {
        expect(Part.KEY, b == '"' && previous != '\\' ? 1 : 0);
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
