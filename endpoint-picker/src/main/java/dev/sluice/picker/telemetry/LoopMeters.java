package dev.sluice.picker.telemetry;

import io.micrometer.core.instrument.MeterRegistry;

/// The meters of loops that go on after a fault.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_loop_faults_total` | loop | faults of a loop that goes on, by its name |
public final class LoopMeters {
    private final MeterRegistry registry;

    LoopMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// @param loop which one, as a label value
    public void fault(String loop) {
        registry.counter("sluice.loop.faults", "loop", loop).increment();
    }
}
