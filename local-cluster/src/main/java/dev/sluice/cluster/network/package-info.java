/// Addresses of one cluster, if not told otherwise within 127.0.0.0/8, and TCP carried between them.
///
/// Read first: [Network], [Forwarder].
@NullMarked
package dev.sluice.cluster.network;

import org.jspecify.annotations.NullMarked;
