/// The router takes a request from parsed to placed: resolve, tokenize, assign, admit, place.
///
/// Read first: [Router], [RequestStage], [PendingRequest].
@NullMarked
package dev.sluice.picker.routing;

import org.jspecify.annotations.NullMarked;
