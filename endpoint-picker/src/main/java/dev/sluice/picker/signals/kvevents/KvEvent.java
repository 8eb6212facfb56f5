package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.prefix.StoredBlocks;

/// A change of an engine's KV cache.
sealed interface KvEvent {
    /// The group of an event without one. Models with several kinds of attention have a cache for each group of
    /// layers.
    int NO_GROUP = -1;

    /// Blocks were stored.
    ///
    /// @param wholePrefix whether a cache hit needs the blocks of the whole prefix, as without a sliding window
    record Stored(StoredBlocks blocks, int group, boolean wholePrefix) implements KvEvent {}

    /// A copy of each block was removed.
    final class Removed implements KvEvent {
        final long[] hashes;
        final int group;

        Removed(long[] hashes, int group) {
            this.hashes = hashes;
            this.group = group;
        }
    }

    /// All blocks were removed.
    record Cleared() implements KvEvent {}

    /// A change of another cache than the GPU's, or of an unknown kind.
    record Ignored() implements KvEvent {}
}
