/// Which endpoints exist and how they are now: immutable snapshots, one atomic swap; in-flight work per endpoint.
///
/// Read first: [PoolSnapshot], [Endpoint], [InFlight].
@NullMarked
package dev.sluice.picker.pool;

import org.jspecify.annotations.NullMarked;
