package dev.sluice.picker.prefix;

import org.jspecify.annotations.Nullable;

/// A run of blocks that an engine has stored, each the child of the one before.
public final class StoredBlocks {
    private final long[] hashes;
    private final long parent;
    private final int[] tokens;
    private final int blockTokens;
    private final @Nullable String adapter;
    private final long[] extras;

    /// @param hashes the engine's names of the blocks; none is 0
    /// @param parent the engine's name of the block before the first, 0 when the run begins a prompt
    /// @param tokens of all blocks, one after the other
    /// @param blockTokens tokens of one block
    /// @param adapter the LoRA adapter, or null for the base model
    /// @param extras for each block the [TokenHash#text] of what the engine adds to it, 0 for nothing; may be
    ///     shorter
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

    /// The chain's state after a block, given that before it.
    long extend(long state, int block) {
        int from = block * blockTokens;
        return TokenHash.extend(state, tokens, from, from + blockTokens, block < extras.length ? extras[block] : 0);
    }
}
