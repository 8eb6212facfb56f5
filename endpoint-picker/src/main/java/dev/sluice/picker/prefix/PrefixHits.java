package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptPrefix;

/// How many leading blocks of one prompt each endpoint of a snapshot holds, by the endpoint's position.
public final class PrefixHits {
    private static final PrefixHits NONE = new PrefixHits(new int[0]);

    private final int[] blocks;

    PrefixHits(int[] blocks) {
        this.blocks = blocks;
    }

    /// For work without a prompt.
    public static PrefixHits none() {
        return NONE;
    }

    public int blocks(int position) {
        return blocks.length == 0 ? 0 : blocks[position];
    }

    public long bytes(int position) {
        return (long) blocks(position) * PromptPrefix.BLOCK_BYTES;
    }
}
