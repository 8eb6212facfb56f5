/// Model servers without GPUs: each listens on its own address and looks like vLLM with a DCGM exporter beside it.
///
/// Read first: [dev.sluice.simulator.ModelServer], [dev.sluice.simulator.Fleet],
/// [dev.sluice.simulator.serving.ServerConfig].
@NullMarked
package dev.sluice.simulator;

import org.jspecify.annotations.NullMarked;
