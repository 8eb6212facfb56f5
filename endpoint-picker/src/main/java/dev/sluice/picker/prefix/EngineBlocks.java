package dev.sluice.picker.prefix;

/// What one engine holds, as its events tell it; for the one thread that writes.
public final class EngineBlocks {
    private final ExactPrefixIndex index;
    private final HolderTable table;
    private final int slot;
    private final int ordinal;
    private final BlockStates states = new BlockStates();
    private int blockTokens;
    private Belief belief = Belief.NOTHING;

    /// How much of what the engine holds is recorded here.
    public enum Belief {
        /// It is not known.
        NOTHING,
        /// All since some time; the engine may hold more from before.
        A_PART,
        EVERYTHING
    }

    EngineBlocks(ExactPrefixIndex index, HolderTable table, int slot, int ordinal) {
        this.index = index;
        this.table = table;
        this.slot = slot;
        this.ordinal = ordinal;
    }

    /// Records blocks, unless it is not known what they follow.
    ///
    /// @return how many were recorded
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

    /// An engine has one size of block; another engine may have come in its place.
    private void learn(int size) {
        if (size != blockTokens) {
            clear();
            blockTokens = size;
            index.announce();
        }
    }

    /// @param hash the engine's name of a block, of which a copy is gone
    public void remove(long hash) {
        long state = states.remove(hash);
        if (state != BlockStates.NONE) {
            table.remove(TokenHash.key(state), slot);
            index.free(1);
        }
    }

    /// The engine holds nothing, or it is not known what.
    public void clear() {
        index.free(states.size());
        states.forEach(state -> table.remove(TokenHash.key(state), slot));
        states.clear();
    }

    /// What lookups are to make of what is recorded here.
    public void believe(Belief now) {
        if (now != belief) {
            belief = now;
            index.announce();
        }
    }

    /// The endpoint is gone.
    public void leave() {
        clear();
        belief = Belief.NOTHING;
        index.leave(this);
    }

    public int blocks() {
        return states.size();
    }

    Belief belief() {
        return belief;
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
