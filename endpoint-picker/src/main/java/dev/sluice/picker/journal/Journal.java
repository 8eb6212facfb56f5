package dev.sluice.picker.journal;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.decision.Decision;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The last decisions, in a ring of bytes.
///
/// Decisions are kept as bytes, not as objects: a collector would copy each of them out of the young generation and
/// find most of the old one dead, which costs more than packing does.
///
/// Writers take no lock: each claims the next bytes by a counter, writes there, and then enters the decision into the
/// index. A reader looks for a request by scanning an array of hashes backwards, which for the whole ring is 2 MB of
/// sequential memory, and believes what it read only if no writer has claimed these bytes meanwhile.
public final class Journal {
    /// Index entries: more than fit by bytes when every decision carries its full number of candidates.
    private static final int SLOTS = 1 << 18;

    private static final int MASK = SLOTS - 1;
    /// The ring is made of pieces, so that its memory is taken as it fills. No decision lies across two.
    private static final int PIECE = 1 << 20;

    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);

    private final int piece;
    private final long capacity;
    private final AtomicReferenceArray<ByteBuffer> pieces;
    private final AtomicLong head = new AtomicLong();

    private final AtomicLong recorded = new AtomicLong();
    private final long[] hashes = new long[SLOTS];
    /// The start of a decision, counted from the first byte ever written, plus one; 0 is none.
    private final long[] positions = new long[SLOTS];

    private volatile Names names = new Names();

    public Journal(long maxBytes) {
        this.piece = (int) Math.min(PIECE, maxBytes);
        this.pieces = new AtomicReferenceArray<>((int) (maxBytes / piece));
        this.capacity = (long) piece * pieces.length();
    }

    /// Records a decision, unless it alone is larger than a piece of the ring.
    public void record(Decision decision) {
        Names known = names;
        if (known.full()) {
            known = forget();
        }
        PackedDecision.Texts texts = new PackedDecision.Texts(decision);
        int size = PackedDecision.size(decision, texts);
        if (size > piece) {
            return;
        }
        long at = claim(size);
        PackedDecision.write(decision, texts, known, pieceAt(at), offset(at));
        int slot = (int) recorded.getAndIncrement() & MASK;
        hashes[slot] = Hashing.text(decision.requestId());
        POSITION.setRelease(positions, slot, at + 1);
    }

    /// The last decision for this request, unless it has left the ring.
    public Optional<Decision> find(String requestId) {
        long wanted = Hashing.text(requestId);
        Names known = names;
        long newest = recorded.get() - 1;
        for (long sequence = newest; sequence >= 0 && sequence > newest - SLOTS; sequence--) {
            int slot = (int) sequence & MASK;
            if (hashes[slot] == wanted) {
                Optional<Decision> found = read(requestId, (long) POSITION.getAcquire(positions, slot) - 1, known);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /// Bytes of the ring in use.
    public long bytes() {
        return Math.min(head.get(), capacity);
    }

    private Optional<Decision> read(String requestId, long at, Names known) {
        if (at < 0 || isOverwritten(at)) {
            return Optional.empty();
        }
        ByteBuffer buffer = pieceAt(at);
        int from = offset(at);
        if (!PackedDecision.isOf(requestId, buffer, from)) {
            return Optional.empty();
        }
        Optional<Decision> decision = PackedDecision.read(requestId, known, buffer, from);
        VarHandle.loadLoadFence();
        return isOverwritten(at) ? Optional.empty() : decision;
    }

    private boolean isOverwritten(long at) {
        return head.get() - at > capacity;
    }

    private long claim(int size) {
        while (true) {
            long now = head.get();
            long at = offset(now) + size <= piece ? now : now - offset(now) + piece;
            if (head.compareAndSet(now, at + size)) {
                return at;
            }
        }
    }

    private int offset(long at) {
        return (int) (at % piece);
    }

    private ByteBuffer pieceAt(long at) {
        int index = (int) (at / piece % pieces.length());
        ByteBuffer known = pieces.get(index);
        return known != null
                ? known
                : pieces.updateAndGet(index, other -> other == null ? ByteBuffer.allocate(piece) : other);
    }

    /// Starts over with the names, and so without the decisions that are told in them.
    private synchronized Names forget() {
        if (names.full()) {
            for (int slot = 0; slot < SLOTS; slot++) {
                POSITION.setRelease(positions, slot, 0L);
            }
            names = new Names();
        }
        return names;
    }
}
