/// gRPC health: one service per adapter beside the server's own.
///
/// Read first: [dev.sluice.simulator.health.HealthServer].
@NullMarked
package dev.sluice.simulator.health;

import org.jspecify.annotations.NullMarked;
