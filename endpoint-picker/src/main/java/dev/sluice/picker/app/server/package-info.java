/// gRPC servers with TLS: certificates followed on disk, health, connections drained.
///
/// Read first: [GrpcServers], [FileFollower].
@NullMarked
package dev.sluice.picker.app.server;

import org.jspecify.annotations.NullMarked;
