package dev.sluice.picker.prefix;

import dev.sluice.picker.choice.Hashing;

/// The blocks that an engine holds: a map from the engine's hash of a block to the picker's chain state after
/// it.
///
/// Open addressing with linear probing. An engine holds a block twice when two requests computed it at once; it
/// then reports it stored twice and removed twice. Each block therefore has a count.
final class BlockStates {
    static final long NONE = 0;
    private static final int LEAST = 1 << 6;
    private static final int MOST_COPIES = 255;

    private long[] hashes = new long[LEAST];
    private long[] states = new long[LEAST];
    private byte[] copies = new byte[LEAST];
    private int size;

    int size() {
        return size;
    }

    /// The state after a block, or [#NONE].
    long get(long hash) {
        int slot = find(hash);
        return hashes[slot] == hash ? states[slot] : NONE;
    }

    /// @param hash not 0
    /// @param state not [#NONE]
    /// @return whether the block is new
    boolean add(long hash, long state) {
        int slot = find(hash);
        if (hashes[slot] == hash) {
            copies[slot] = (byte) Math.min(Byte.toUnsignedInt(copies[slot]) + 1, MOST_COPIES);
            return false;
        }
        hashes[slot] = hash;
        states[slot] = state;
        copies[slot] = 1;
        if (++size > hashes.length - (hashes.length >>> 2)) {
            grow();
        }
        return true;
    }

    /// @return the state of the block when that was its last copy, else [#NONE]
    long remove(long hash) {
        int slot = find(hash);
        if (hashes[slot] != hash || --copies[slot] != 0) {
            return NONE;
        }
        long state = states[slot];
        size--;
        close(slot);
        return state;
    }

    /// Visitor of the states of all blocks.
    interface Visitor {
        void visit(long state);
    }

    void forEach(Visitor visitor) {
        for (int slot = 0; slot < hashes.length; slot++) {
            if (hashes[slot] != 0) {
                visitor.visit(states[slot]);
            }
        }
    }

    void clear() {
        hashes = new long[LEAST];
        states = new long[LEAST];
        copies = new byte[LEAST];
        size = 0;
    }

    /// Closes the hole of a removed entry: moves back each later entry of the run that would not be found
    /// behind it.
    private void close(int removed) {
        int mask = hashes.length - 1;
        int hole = removed;
        for (int slot = (hole + 1) & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
            if (((slot - binding(hashes[slot])) & mask) >= ((slot - hole) & mask)) {
                move(slot, hole);
                hole = slot;
            }
        }
        hashes[hole] = 0;
    }

    private void move(int from, int to) {
        hashes[to] = hashes[from];
        states[to] = states[from];
        copies[to] = copies[from];
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldStates = states;
        byte[] oldCopies = copies;
        hashes = new long[oldHashes.length * 2];
        states = new long[oldHashes.length * 2];
        copies = new byte[oldHashes.length * 2];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                states[slot] = oldStates[i];
                copies[slot] = oldCopies[i];
            }
        }
    }

    private int find(long hash) {
        int mask = hashes.length - 1;
        int slot = binding(hash);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /// The first slot to look at, by mixed bits: engines' hashes are uniform, small numbers of simulators are
    /// not.
    private int binding(long hash) {
        return (int) ((hash * Hashing.GOLDEN) >>> 32) & (hashes.length - 1);
    }
}
