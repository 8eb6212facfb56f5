/// Envoy's stream to and from payload and routing: one sealed state machine for each direction of a stream, all header
/// names.
///
/// Read first: [ExternalProcessorService], [Exchange], [RequestState].
@NullMarked
package dev.sluice.picker.extproc;

import org.jspecify.annotations.NullMarked;
