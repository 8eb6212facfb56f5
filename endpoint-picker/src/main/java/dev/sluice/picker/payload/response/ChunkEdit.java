package dev.sluice.picker.payload.response;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.ChunkArrays;

/// The edit of an answer lets its chunks pass and holds only bytes that are not decided on, until a later chunk tells.
///
/// Such a part begins at an offset of the chunk that [#open] notes. It is then either replaced or released.
abstract sealed class ChunkEdit permits ModelRename, UsageCut {
    /// Neither a name nor an event of counts is longer.
    private static final int MAX_HELD = 16_384;

    private final ChunkArrays arrays = new ChunkArrays(this::read);

    /// The undecided part that came in earlier chunks.
    private ByteString held = ByteString.EMPTY;

    // Within one chunk: its changed beginning, how much of it that covers, where the undecided part begins, and the
    // offset of the next array.
    private ByteString chunk = ByteString.EMPTY;
    private ByteString out = ByteString.EMPTY;
    private int covered;
    private int openAt;
    private int arrayStart;

    /// The bytes to pass on for a chunk: the same instance where nothing in it changes or is held.
    public final ByteString accept(ByteString next) {
        chunk = next;
        out = ByteString.EMPTY;
        covered = 0;
        openAt = 0;
        arrayStart = 0;
        arrays.read(next);
        if (isUndecided()) {
            take(openAt);
            held = held.concat(next.substring(openAt));
            if (held.size() > MAX_HELD) {
                release();
                giveUp();
            }
        } else {
            take(next.size());
        }
        chunk = ByteString.EMPTY;
        return out;
    }

    /// The bytes that are still held when the answer ends.
    public final ByteString finish() {
        ByteString rest = held;
        held = ByteString.EMPTY;
        reset();
        return rest;
    }

    /// The bytes that came before and have not been passed on.
    final ByteString held() {
        return held;
    }

    private void read(byte[] a, int from, int to) {
        scan(a, from, to, arrayStart - from);
        arrayStart += to - from;
    }

    /// Reads the next bytes of a chunk.
    ///
    /// @param offset of the array in the chunk: index `i` is the chunk's byte `offset + i`
    abstract void scan(byte[] a, int from, int to, int offset);

    /// The bytes from the last [#open] on have to be held.
    abstract boolean isUndecided();

    /// The undecided part is too long: it has been released, and so is its rest.
    abstract void giveUp();

    /// The answer has ended.
    abstract void reset();

    /// Begins a part at an offset of the chunk.
    final void open(int at) {
        openAt = at;
    }

    /// The undecided part, as far as the chunk's `end`.
    final ByteString part(int end) {
        return held.concat(chunk.substring(openAt, end));
    }

    /// Passes other bytes on in place of the undecided part, which ends before the chunk's `end`.
    final void replace(int end, ByteString with) {
        take(openAt);
        out = out.concat(with);
        covered = end;
        held = ByteString.EMPTY;
    }

    /// Passes on what is held: it stays as it is.
    final void release() {
        out = out.concat(held);
        held = ByteString.EMPTY;
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
}
