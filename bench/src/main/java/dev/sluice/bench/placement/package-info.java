/// Placement judged in real time: the same requests through each picker in turn, to model servers of any make.
///
/// Read first: [dev.sluice.bench.placement.Placement], [dev.sluice.bench.placement.Rounds],
/// [dev.sluice.bench.placement.Contender].
@NullMarked
package dev.sluice.bench.placement;

import org.jspecify.annotations.NullMarked;
