/// The external processor connects Envoy's streams with payload and routing.
///
/// It has a sealed state machine for each direction of a stream, and all header names.
///
/// Read first: [ExternalProcessorService], [Exchange], [RequestState].
@NullMarked
package dev.sluice.picker.extproc;

import org.jspecify.annotations.NullMarked;
