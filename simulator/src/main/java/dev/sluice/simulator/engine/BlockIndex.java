package dev.sluice.simulator.engine;

import java.util.Arrays;

/// A hash table from block hash to block, open addressing with linear probing; it never grows, since it never holds
/// more entries than there are blocks.
final class BlockIndex {
    static final int NONE = -1;

    private final long[] hashes;
    private final int[] blocks;
    private final int mask;

    BlockIndex(int capacity) {
        int size = Integer.highestOneBit(Math.max(4, capacity * 2 - 1)) * 2;
        hashes = new long[size];
        blocks = new int[size];
        mask = size - 1;
    }

    int get(long hash) {
        int slot = slotOf(hash);
        return hashes[slot] == hash ? blocks[slot] : NONE;
    }

    /// Adds the entry unless the hash is there already.
    boolean putIfAbsent(long hash, int block) {
        int slot = slotOf(hash);
        if (hashes[slot] == hash) {
            return false;
        }
        hashes[slot] = hash;
        blocks[slot] = block;
        return true;
    }

    void remove(long hash) {
        int hole = slotOf(hash);
        if (hashes[hole] != hash) {
            return;
        }
        // Close the hole by moving back every entry of the run that may not stay behind it.
        for (int slot = (hole + 1) & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
            int home = home(hashes[slot]);
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                hashes[hole] = hashes[slot];
                blocks[hole] = blocks[slot];
                hole = slot;
            }
        }
        hashes[hole] = 0;
    }

    void clear() {
        Arrays.fill(hashes, 0);
    }

    private int slotOf(long hash) {
        int slot = home(hash);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long hash) {
        return (int) (hash ^ hash >>> 32) & mask;
    }
}
