/// Gateways, pools and settings → the objects that run for them: Deployments, Services and what they need; pure, and
/// the only room that builds them. Read first: [Manifests], [EnvoyManifests], [PickerManifests].
@NullMarked
package dev.sluice.operator.manifest;

import org.jspecify.annotations.NullMarked;
