package dev.sluice.picker.signals.kvevents;

import dev.sluice.picker.prefix.StoredBlocks;

/// Something that happened to an engine's KV cache.
sealed interface KvEvent {
    /// The group of layers whose cache it is about, in models that have several kinds of attention; -1 when the
    /// engine does not say.
    int NO_GROUP = -1;

    /// Blocks were stored.
    ///
    /// @param wholePrefix whether a later prompt needs these blocks for all of its beginning: not so with a sliding
    ///     window
    record Stored(StoredBlocks blocks, int group, boolean wholePrefix) implements KvEvent {}

    /// A copy of each of these blocks is gone.
    final class Removed implements KvEvent {
        final long[] hashes;
        final int group;

        Removed(long[] hashes, int group) {
            this.hashes = hashes;
            this.group = group;
        }
    }

    /// All is gone.
    record Cleared() implements KvEvent {}

    /// Not about the GPU's cache, or of a kind that is not known.
    record Ignored() implements KvEvent {}
}
