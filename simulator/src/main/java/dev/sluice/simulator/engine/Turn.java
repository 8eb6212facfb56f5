package dev.sluice.simulator.engine;

/// What an engine does next.
public sealed interface Turn {

    /// It computes one step; the caller says with [Engine#finish] when the step has ended.
    ///
    /// @param hostNanos the host's part of the step's time
    /// @param kernelNanos the GPU's part
    /// @param tokens prompt and output tokens computed
    record Step(long hostNanos, long kernelNanos, int tokens) implements Turn {
        public long nanos() {
            return hostNanos + kernelNanos;
        }
    }

    /// It can do nothing before an adapter has been loaded, unless another request arrives.
    record Loading(long until) implements Turn {}

    /// It has no work.
    record Idle() implements Turn {}
}
