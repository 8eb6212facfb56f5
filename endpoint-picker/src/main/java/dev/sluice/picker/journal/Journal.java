package dev.sluice.picker.journal;

import dev.sluice.picker.model.Decision;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The last decisions, in a ring that holds at most a given number of bytes.
///
/// Writers take no lock: each claims a slot by a counter, then pays for it by clearing slots at the tail until
/// the ring is within its bytes again. A reader looks for a request by scanning an array of hashes backwards,
/// which for the whole ring is 2 MB of sequential memory.
public final class Journal {
    /// Slots: more than fit by bytes when every decision carries its full number of candidates.
    private static final int SLOTS = 1 << 18;

    private static final int MASK = SLOTS - 1;

    private final long maxBytes;
    private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SLOTS);
    private final long[] hashes = new long[SLOTS];
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    public Journal(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public void record(Decision decision) {
        Entry entry = Entry.of(decision);
        long sequence = head.getAndIncrement();
        int slot = (int) sequence & MASK;
        hashes[slot] = hash(decision.requestId());
        Entry overwritten = entries.getAndSet(slot, entry);
        bytes.addAndGet(entry.bytes() - (overwritten == null ? 0 : overwritten.bytes()));
        while (bytes.get() > maxBytes) {
            // What the head has overwritten is gone already: the tail never lags by more than a lap.
            long oldest = tail.getAndUpdate(current -> Math.max(current, head.get() - SLOTS) + 1);
            Entry dropped = entries.getAndSet((int) Math.max(oldest, head.get() - SLOTS) & MASK, null);
            if (dropped != null) {
                bytes.addAndGet(-dropped.bytes());
            }
        }
    }

    /// The last decision for this request, unless it has left the ring.
    public Optional<Decision> find(String requestId) {
        long wanted = hash(requestId);
        long newest = head.get() - 1;
        for (long sequence = newest; sequence >= 0 && sequence > newest - SLOTS; sequence--) {
            int slot = (int) sequence & MASK;
            if (hashes[slot] == wanted) {
                Entry entry = entries.get(slot);
                if (entry != null && entry.requestId().equals(requestId)) {
                    return Optional.of(entry.decision());
                }
            }
        }
        return Optional.empty();
    }

    /// How many bytes the decisions take, as estimated.
    public long bytes() {
        return bytes.get();
    }

    private static long hash(String requestId) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < requestId.length(); i++) {
            hash = (hash ^ requestId.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
