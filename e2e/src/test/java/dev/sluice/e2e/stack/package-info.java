/// What the tests stand on: a gateway with a real Envoy, pods, and clients that say exactly which bytes they send.
///
/// Read first: [Gateway], [Manifests], [RecordingPod].
@NullMarked
package dev.sluice.e2e.stack;

import org.jspecify.annotations.NullMarked;
