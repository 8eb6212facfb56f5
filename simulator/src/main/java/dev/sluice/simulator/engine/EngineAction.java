package dev.sluice.simulator.engine;

/// The action that an engine takes next.
public sealed interface EngineAction {

    /// It computes one step; the caller says with [Engine#finish] when the step has ended.
    ///
    /// @param hostNanos the host's part of the step's time
    /// @param kernelNanos the GPU's part
    /// @param tokens prompt and output tokens computed
    record Step(long hostNanos, long kernelNanos, int tokens) implements EngineAction {
        public long nanos() {
            return hostNanos + kernelNanos;
        }
    }

    /// It can do nothing before an adapter has been loaded, unless another request arrives.
    record Loading(long until) implements EngineAction {}

    /// It has no work.
    record Idle() implements EngineAction {}
}
