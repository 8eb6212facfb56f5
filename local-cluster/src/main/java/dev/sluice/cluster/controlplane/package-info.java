/// A real control plane: etcd, the API server and the controller manager, with certificates and tokens of their own.
///
/// Read first: [ControlPlane].
@NullMarked
package dev.sluice.cluster.controlplane;

import org.jspecify.annotations.NullMarked;
