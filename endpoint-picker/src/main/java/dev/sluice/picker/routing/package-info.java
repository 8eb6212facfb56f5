/// The story of one request: resolve, admit, schedule, place; then its placement: served by, first token, usage, end.
///
/// Read first: [Router], [Placement].
@NullMarked
package dev.sluice.picker.routing;

import org.jspecify.annotations.NullMarked;
