package dev.sluice.picker.pricing;

import dev.sluice.picker.pool.BatchSlots;

/// The usual batch of all endpoints on one kind of hardware, as learned; filled anew for each decision.
public final class UsualBatch {
    /// The most of any endpoint, [BatchSlots#UNKNOWN] where none were learned.
    private int slots;
    /// The most requests that ran at once.
    private int mostRunning;

    public void clear() {
        slots = BatchSlots.UNKNOWN;
        mostRunning = 0;
    }

    public void add(BatchSlots learned) {
        add(learned.slots(), learned.mostRunning());
    }

    /// @param learnedSlots [BatchSlots#UNKNOWN] where they were not learned
    public void add(int learnedSlots, int running) {
        slots = Math.max(slots, learnedSlots);
        mostRunning = Math.max(mostRunning, running);
    }

    int slots() {
        return slots;
    }

    int mostRunning() {
        return mostRunning;
    }
}
