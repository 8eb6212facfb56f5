/// Containers of image archives, run by podman with runc in a store of their own.
///
/// Read first: [Podman], [ImageArchive], [PodmanContainer].
@NullMarked
package dev.sluice.cluster.podman;

import org.jspecify.annotations.NullMarked;
