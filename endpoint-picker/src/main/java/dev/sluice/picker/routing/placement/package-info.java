/// A placed request: the facts of its placement, what it holds until its end, and what it teaches.
///
/// Read first: [Placement], [Reservation], [PlacementLearning].
@NullMarked
package dev.sluice.picker.routing.placement;

import org.jspecify.annotations.NullMarked;
