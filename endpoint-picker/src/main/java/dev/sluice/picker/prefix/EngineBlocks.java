package dev.sluice.picker.prefix;

/// The blocks that an engine holds, as its events report them. Only the thread that writes the index uses it.
public final class EngineBlocks {
    private final ExactPrefixIndex index;
    private final HolderTable table;
    private final int slot;
    private final int ordinal;
    private final BlockStates states = new BlockStates();
    private int blockTokens;
    private Coverage coverage = Coverage.UNKNOWN;

    /// The part of the engine's blocks that is recorded.
    public enum Coverage {
        /// Unknown; lookups do not use the recorded blocks.
        UNKNOWN,
        /// Blocks since some time; the engine may hold older blocks.
        PARTIAL,
        /// Every block.
        COMPLETE
    }

    EngineBlocks(ExactPrefixIndex index, HolderTable table, int slot, int ordinal) {
        this.index = index;
        this.table = table;
        this.slot = slot;
        this.ordinal = ordinal;
    }

    /// Records a run of blocks, unless its parent is unknown.
    ///
    /// @return the number of recorded blocks
    public int store(StoredBlocks run) {
        learn(run.blockTokens());
        long state = run.parent() == 0 ? run.root() : states.get(run.parent());
        if (state == BlockStates.NONE) {
            return 0;
        }
        for (int i = 0; i < run.count(); i++) {
            state = run.extend(state, i);
            if (!put(run.hash(i), state)) {
                return i;
            }
        }
        return run.count();
    }

    private boolean put(long hash, long state) {
        if (states.get(hash) == BlockStates.NONE && !index.reserve()) {
            return false;
        }
        if (states.add(hash, state)) {
            table.add(TokenHash.key(state), slot);
        }
        return true;
    }

    /// Blocks of another size than before come from another engine: the old ones are dropped.
    private void learn(int size) {
        if (size != blockTokens) {
            clear();
            blockTokens = size;
            index.publish();
        }
    }

    /// Removes a copy of a block.
    ///
    /// @param hash the engine's hash of the block
    public void remove(long hash) {
        long state = states.remove(hash);
        if (state != BlockStates.NONE) {
            table.remove(TokenHash.key(state), slot);
            index.free(1);
        }
    }

    /// Removes all blocks.
    public void clear() {
        index.free(states.size());
        states.forEach(state -> table.remove(TokenHash.key(state), slot));
        states.clear();
    }

    /// Lets lookups use the recorded blocks, as far as they cover the engine's cache.
    public void publish(Coverage now) {
        if (now != coverage) {
            coverage = now;
            index.publish();
        }
    }

    /// Removes the endpoint from the index.
    public void leave() {
        clear();
        coverage = Coverage.UNKNOWN;
        index.leave(this);
    }

    public int blocks() {
        return states.size();
    }

    Coverage coverage() {
        return coverage;
    }

    int blockTokens() {
        return blockTokens;
    }

    int slot() {
        return slot;
    }

    int ordinal() {
        return ordinal;
    }
}
