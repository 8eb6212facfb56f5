/// A real control plane: etcd, the API server and the controller manager, with certificates and tokens of their own.
///
/// Read first: [ControlPlane].
@NullMarked
package dev.sluice.e2e.cluster.controlplane;

import org.jspecify.annotations.NullMarked;
