package dev.sluice.simulator.engine;

/// Told what happens to the prefix cache, as it happens.
public interface CacheListener {
    /// Nobody listens.
    CacheListener NONE = new CacheListener() {
        @Override
        public void stored(BlockHashes chain, int from, int to) {}

        @Override
        public void removed(long hash) {}

        @Override
        public void cleared() {}
    };

    /// Blocks `from` to `to` − 1 of a chain are cached now.
    void stored(BlockHashes chain, int from, int to);

    void removed(long hash);

    /// No block is cached any more.
    void cleared();
}
