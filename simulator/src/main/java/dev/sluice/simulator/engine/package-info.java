/// The inference engine as a step model: pure and deterministic, time enters as an argument.
///
/// Read first: [dev.sluice.simulator.engine.Engine], [dev.sluice.simulator.engine.Fit],
/// [dev.sluice.simulator.engine.KvCache].
@NullMarked
package dev.sluice.simulator.engine;

import org.jspecify.annotations.NullMarked;
