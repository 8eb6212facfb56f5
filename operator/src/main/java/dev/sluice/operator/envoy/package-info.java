/// Turns a [dev.sluice.operator.plan.Plan] into Envoy's xDS and serves it; the only room that knows Envoy's
/// protos. Read first: [EnvoyConfig], [ExtProc], [XdsServer], [Rollout].
@NullMarked
package dev.sluice.operator.envoy;

import org.jspecify.annotations.NullMarked;
