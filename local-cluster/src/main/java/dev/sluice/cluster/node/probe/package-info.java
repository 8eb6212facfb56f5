/// Probes and hooks of containers, by HTTP and TCP.
///
/// Read first: [Probes], [ProbeCheck].
@NullMarked
package dev.sluice.cluster.node.probe;

import org.jspecify.annotations.NullMarked;
