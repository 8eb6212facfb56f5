/// A placement is a placed request: its facts, its reservations until its end, what it teaches.
///
/// Read first: [Placement], [Reservation], [PlacementLearning].
@NullMarked
package dev.sluice.picker.routing.placement;

import org.jspecify.annotations.NullMarked;
