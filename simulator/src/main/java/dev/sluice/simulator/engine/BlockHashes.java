package dev.sluice.simulator.engine;

/// The hash chain over a sequence's tokens, one link per block of 16: prompt first, then output.
///
/// Two sequences have the same hash at index `i` if and only if they agree on all tokens up to the end of block `i`,
/// and on the model.
@FunctionalInterface
public interface BlockHashes {

    /// The hash of block `index`, never 0.
    long hash(int index);
}
