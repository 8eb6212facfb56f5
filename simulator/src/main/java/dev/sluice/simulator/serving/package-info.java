/// A model served in real time: its engine on a clock, its adapters, its faults.
///
/// Everything of one server runs on one event loop; nothing here is shared between threads.
///
/// Read first: [dev.sluice.simulator.serving.EngineLoop], [dev.sluice.simulator.serving.ServerConfig],
/// [dev.sluice.simulator.serving.Fault].
@NullMarked
package dev.sluice.simulator.serving;

import org.jspecify.annotations.NullMarked;
