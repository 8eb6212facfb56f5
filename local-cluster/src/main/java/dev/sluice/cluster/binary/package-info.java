/// Programs and files of the Kubernetes project, built or found once on this machine.
///
/// Read first: [GoBinary].
@NullMarked
package dev.sluice.cluster.binary;

import org.jspecify.annotations.NullMarked;
