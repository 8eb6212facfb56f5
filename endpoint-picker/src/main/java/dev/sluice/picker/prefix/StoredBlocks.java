package dev.sluice.picker.prefix;

import org.jspecify.annotations.Nullable;

/// A run of blocks that an engine has stored, each the child of the block before.
public final class StoredBlocks {
    private final long[] hashes;
    private final long parent;
    private final int[] tokens;
    private final int blockTokens;
    private final @Nullable String adapter;
    private final long[] extras;

    /// @param hashes the engine's hashes of the blocks, never 0
    /// @param parent the engine's hash of the block before the first, 0 when the run begins a prompt
    /// @param tokens of all blocks, in their order
    /// @param blockTokens tokens of a block
    /// @param adapter the LoRA adapter, or null for the base model
    /// @param extras the [TokenHash#text] of each block's extra keys, 0 for a block without; may be shorter
    public StoredBlocks(
            long[] hashes, long parent, int[] tokens, int blockTokens, @Nullable String adapter, long[] extras) {
        if (blockTokens < 1 || (long) hashes.length * blockTokens != tokens.length) {
            throw new IllegalArgumentException(
                    hashes.length + " blocks of " + blockTokens + " with " + tokens.length + " tokens");
        }
        this.hashes = hashes;
        this.parent = parent;
        this.tokens = tokens;
        this.blockTokens = blockTokens;
        this.adapter = adapter;
        this.extras = extras;
    }

    public int count() {
        return hashes.length;
    }

    int blockTokens() {
        return blockTokens;
    }

    long hash(int block) {
        return hashes[block];
    }

    long parent() {
        return parent;
    }

    long root() {
        return TokenHash.root(adapter);
    }

    /// The chain's state after a block, from the state before it.
    long extend(long state, int block) {
        int from = block * blockTokens;
        return TokenHash.extend(state, tokens, from, from + blockTokens, block < extras.length ? extras[block] : 0);
    }
}
