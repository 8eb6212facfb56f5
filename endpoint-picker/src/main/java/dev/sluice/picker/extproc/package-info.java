/// Envoy's stream to and from payload and routing: one sealed state machine per stream, all header names.
///
/// Read first: [ExternalProcessorService], [RequestSide], [ResponseSide].
@NullMarked
package dev.sluice.picker.extproc;

import org.jspecify.annotations.NullMarked;
