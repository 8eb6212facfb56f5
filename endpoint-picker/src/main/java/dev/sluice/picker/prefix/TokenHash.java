package dev.sluice.picker.prefix;

import dev.sluice.picker.choice.Hashing;
import org.jspecify.annotations.Nullable;

/// The picker's own hash chain over token ids.
///
/// Engines hash blocks in their own ways, which differ between engines, versions and even processes. Blocks of
/// two engines can therefore only be compared by their content. A chain's state after a block stands for all
/// tokens up to there and for everything else that a cache hit depends on: the adapter, and an engine's extra
/// keys, such as a cache salt or an image.
public final class TokenHash {
    private static final long ODD = 0xD6E8FEB86659FD93L;

    private TokenHash() {}

    /// The state at the beginning of a chain.
    ///
    /// @param adapter the LoRA adapter, or null for the base model
    public static long root(@Nullable String adapter) {
        return adapter == null ? Hashing.GOLDEN : text(Hashing.GOLDEN, adapter);
    }

    /// The hash of a block's extra keys, in the engine's order.
    ///
    /// @param before the hash of the keys before, 0 for the first
    public static long text(long before, String text) {
        return Hashing.mix(Hashing.text(before ^ ODD, text));
    }

    /// The state after another block.
    ///
    /// @param extra the hash of the block's extra keys, 0 for a block without
    static long extend(long state, int[] tokens, int from, int to, long extra) {
        long hash = extra == 0 ? state : Hashing.mix(state ^ extra * Hashing.GOLDEN);
        int at = from;
        for (; at + 1 < to; at += 2) {
            long pair = (tokens[at] & 0xFFFFFFFFL) | (long) tokens[at + 1] << Integer.SIZE;
            hash = Long.rotateLeft(hash ^ pair * Hashing.GOLDEN, 29) * ODD;
        }
        if (at < to) {
            hash = Long.rotateLeft(hash ^ (tokens[at] & 0xFFFFFFFFL) * Hashing.GOLDEN, 29) * ODD;
        }
        return hash;
    }

    /// The index key of the last block of a state; never 0.
    static long key(long state) {
        long key = Hashing.mix(state);
        return key == 0 ? Hashing.GOLDEN : key;
    }
}
