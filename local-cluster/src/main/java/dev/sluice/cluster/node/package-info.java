/// The pod runner: plays scheduler, kubelet, kube-proxy and cloud provider for one node, with processes for containers.
///
/// Read first: [PodRunner], [PodWorker], [ContainerLoop], [Images].
@NullMarked
package dev.sluice.cluster.node;

import org.jspecify.annotations.NullMarked;
