/// The load of a soak: requests of several kinds through Envoy, at a rate that follows the picker's CPU.
///
/// Read first: [dev.sluice.bench.soak.load.RequestKind], [dev.sluice.bench.soak.load.SoakLoad].
@NullMarked
package dev.sluice.bench.soak.load;

import org.jspecify.annotations.NullMarked;
