package dev.sluice.simulator.serving;

import dev.sluice.simulator.engine.Sequence;

/// A sequence in the engine, with what its request asked and who wants to hear of it.
///
/// @param finishReason how it will end if nobody aborts it: `stop` or `length`
/// @param maxTokens the limit that the request set
public record Generation(Sequence sequence, String finishReason, int maxTokens, Listener listener) {

    /// Whoever writes a generation's tokens to its client.
    public interface Listener {

        /// A token has been generated, or the sequence has ended.
        void progressed(Sequence sequence);

        /// All progress of this step has been told.
        void stepEnded();
    }
}
