/// Simulated model servers for the endpoints that a folder lists.
///
/// Start with [SimulatedServers].
@NullMarked
package dev.sluice.standalone.fleet;

import org.jspecify.annotations.NullMarked;
