/// Endpoints and their state now: immutable snapshots, an atomic swap, in-flight work per endpoint.
///
/// Read first: [PoolSnapshot], [Endpoint], [InFlight].
@NullMarked
package dev.sluice.picker.pool;

import org.jspecify.annotations.NullMarked;
