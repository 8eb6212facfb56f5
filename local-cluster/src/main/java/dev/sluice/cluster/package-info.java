/// A Kubernetes of one's own: a real control plane, and a node that runs processes in place of containers.
///
/// Read first: [LocalCluster].
@NullMarked
package dev.sluice.cluster;

import org.jspecify.annotations.NullMarked;
