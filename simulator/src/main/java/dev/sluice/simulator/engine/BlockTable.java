package dev.sluice.simulator.engine;

import java.util.Arrays;

/// The blocks that one sequence holds, in the order of its tokens.
final class BlockTable {
    private int[] blocks = new int[8];
    private int size;

    /// The number of the first blocks that have been offered to the prefix cache.
    int registered;

    int size() {
        return size;
    }

    int get(int index) {
        return blocks[index];
    }

    void add(int block) {
        if (size == blocks.length) {
            blocks = Arrays.copyOf(blocks, size * 2);
        }
        blocks[size++] = block;
    }

    void clear() {
        size = 0;
        registered = 0;
    }
}
