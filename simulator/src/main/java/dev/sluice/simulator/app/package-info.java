/// The simulator as a process: its options, and what it prints.
///
/// Start with [Main]; the `sluice` command reads the same [SimulatorOptions].
@NullMarked
package dev.sluice.simulator.app;

import org.jspecify.annotations.NullMarked;
