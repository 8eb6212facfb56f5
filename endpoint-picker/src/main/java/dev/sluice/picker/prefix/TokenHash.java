package dev.sluice.picker.prefix;

import dev.sluice.picker.choice.Hashing;
import org.jspecify.annotations.Nullable;

/// The picker's own hash chain over token ids.
///
/// Engines name their blocks by hashes of their own, which differ between engines, versions and even processes, so
/// what two engines hold can only be compared by what the blocks contain. A chain's state after a block stands for
/// all tokens up to there and for what else must be equal for a cache hit: the adapter, and whatever the engine adds
/// to a block (a cache salt, an image).
public final class TokenHash {
    private static final long ODD = 0xD6E8FEB86659FD93L;

    private TokenHash() {}

    /// Where a chain begins.
    ///
    /// @param adapter the LoRA adapter, or null for the base model
    public static long root(@Nullable String adapter) {
        return adapter == null ? Hashing.GOLDEN : text(Hashing.GOLDEN, adapter);
    }

    /// What an engine adds to a block beside its tokens, in the order in which it names it.
    ///
    /// @param before 0, or the hash of what came before
    public static long text(long before, String text) {
        return Hashing.mix(Hashing.text(before ^ ODD, text));
    }

    /// The state after one more block.
    ///
    /// @param extra the hash of what the engine adds to the block, 0 for nothing
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

    /// The index key of the block that a state ends with; never 0.
    static long key(long state) {
        long key = Hashing.mix(state);
        return key == 0 ? Hashing.GOLDEN : key;
    }
}
