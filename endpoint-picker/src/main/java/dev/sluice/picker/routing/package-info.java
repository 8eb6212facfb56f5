/// The pipeline of one request, from parsed to placed; then its placement: served by, first token, usage, end.
///
/// Read first: [Router], [RequestStage], [Placement].
@NullMarked
package dev.sluice.picker.routing;

import org.jspecify.annotations.NullMarked;
