/// The rig that benches with a real Envoy share: the gateway, child processes, and figures over rounds.
///
/// Read first: [dev.sluice.bench.rig.EnvoyConfig], [dev.sluice.bench.rig.ChildJvm], [dev.sluice.bench.rig.RoundsRange].
@NullMarked
package dev.sluice.bench.rig;

import org.jspecify.annotations.NullMarked;
