package dev.sluice.picker.prefix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A hash table from a block's key to the set of its holders, for a single writer and any number of readers
/// without locks.
///
/// Neighbouring blocks mostly have the same holders and then share a set object, so a reader sees by the
/// reference that the holders have not changed.
///
/// A slot's key never changes within a table, so a reader finds a key's own holders or none. A block without
/// holders keeps its slot until the table is rebuilt. That happens when the table is full, with room for the
/// blocks that have holders.
final class HolderTable {
    private static final VarHandle KEY = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle HOLDERS = MethodHandles.arrayElementVarHandle(SlotSet[].class);
    private static final int LEAST_SLOTS = 1 << 10;

    private volatile Slots slots = new Slots(LEAST_SLOTS);
    private int used;
    private int held;

    /// The last change, because the next block's is mostly the same.
    private @Nullable SlotSet lastBefore;

    private @Nullable SlotSet lastAfter;
    private int lastSlot;
    private boolean lastAdded;

    private static final class Slots {
        final long[] keys;
        final @Nullable SlotSet[] holders;
        final int mask;

        Slots(int size) {
            keys = new long[size];
            holders = new SlotSet[size];
            mask = size - 1;
        }

        /// The slot of a key, or the empty slot at which it belongs.
        int find(long key) {
            int slot = (int) (key ^ key >>> 32) & mask;
            long there = (long) KEY.getAcquire(keys, slot);
            while (there != key && there != 0) {
                slot = (slot + 1) & mask;
                there = (long) KEY.getAcquire(keys, slot);
            }
            return slot;
        }
    }

    /// A view for the lookup of a whole prompt.
    HolderReader reader() {
        return new HolderReader(slots);
    }

    /// A view of the table as it was when the lookup began, with current holders.
    static final class HolderReader {
        private final Slots slots;

        private HolderReader(Slots slots) {
            this.slots = slots;
        }

        /// The slots that hold a block, or null.
        @Nullable
        SlotSet holders(long key) {
            return (SlotSet) HOLDERS.getAcquire(slots.holders, slots.find(key));
        }
    }

    void add(long key, int slot) {
        Slots now = slots;
        int at = now.find(key);
        SlotSet before = now.holders[at];
        if (before != null && before.contains(slot)) {
            return;
        }
        HOLDERS.setRelease(now.holders, at, changed(before, slot, true));
        held += before == null ? 1 : 0;
        if (now.keys[at] == 0) {
            KEY.setRelease(now.keys, at, key);
            if (++used > now.mask - (now.mask >>> 2)) {
                rebuild(now);
            }
        }
    }

    void remove(long key, int slot) {
        Slots now = slots;
        int at = now.find(key);
        SlotSet before = now.holders[at];
        if (before != null && before.contains(slot)) {
            SlotSet after = changed(before, slot, false);
            HOLDERS.setRelease(now.holders, at, after);
            held -= after == null ? 1 : 0;
        }
    }

    /// Number of blocks with a holder.
    int size() {
        return held;
    }

    private @Nullable SlotSet changed(@Nullable SlotSet before, int slot, boolean add) {
        if (lastAfter == null || before != lastBefore || slot != lastSlot || add != lastAdded) {
            SlotSet from = before == null ? SlotSet.EMPTY : before;
            lastBefore = before;
            lastSlot = slot;
            lastAdded = add;
            lastAfter = add ? from.with(slot) : from.without(slot);
        }
        return lastAfter;
    }

    private void rebuild(Slots old) {
        Slots fresh = new Slots(Math.max(LEAST_SLOTS, Integer.highestOneBit(held) << 2));
        for (int i = 0; i < old.keys.length; i++) {
            if (old.holders[i] != null) {
                int slot = fresh.find(old.keys[i]);
                fresh.keys[slot] = old.keys[i];
                fresh.holders[slot] = old.holders[i];
            }
        }
        used = held;
        slots = fresh;
    }
}
