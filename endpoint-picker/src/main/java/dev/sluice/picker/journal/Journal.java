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
    /// What a decision, its request id and its arrays take beside their elements, as the JVM lays them out.
    private static final int FIXED_BYTES = 160;

    private final AtomicReferenceArray<Decision> decisions = new AtomicReferenceArray<>(SLOTS);
    private final long[] hashes = new long[SLOTS];
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    public Journal(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public void record(Decision decision) {
        long sequence = head.getAndIncrement();
        int slot = (int) sequence & MASK;
        hashes[slot] = hash(decision.requestId());
        Decision overwritten = decisions.getAndSet(slot, decision);
        bytes.addAndGet(bytes(decision) - (overwritten == null ? 0 : bytes(overwritten)));
        while (bytes.get() > maxBytes) {
            // What the head has overwritten is gone already: the tail never lags by more than a lap.
            long oldest = tail.getAndUpdate(current -> Math.max(current, head.get() - SLOTS) + 1);
            Decision dropped = decisions.getAndSet((int) Math.max(oldest, head.get() - SLOTS) & MASK, null);
            if (dropped != null) {
                bytes.addAndGet(-bytes(dropped));
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
                Decision decision = decisions.get(slot);
                if (decision != null && decision.requestId().equals(requestId)) {
                    return Optional.of(decision);
                }
            }
        }
        return Optional.empty();
    }

    /// How many bytes the decisions take, as estimated.
    public long bytes() {
        return bytes.get();
    }

    /// Endpoint and pool names are shared with the pool and cost nothing here.
    private static int bytes(Decision decision) {
        int candidates = decision.candidates().size();
        int parts = decision.policy().parts().size();
        return FIXED_BYTES
                + decision.requestId().length()
                + decision.model().length()
                + candidates * (1 + parts) * Integer.BYTES;
    }

    private static long hash(String requestId) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < requestId.length(); i++) {
            hash = (hash ^ requestId.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
