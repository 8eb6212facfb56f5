/// The price of one placement, part by part: one class for each part, with its formula.
///
/// Read first: [PlacementForecast], [OwnParts], [CrowdingPart].
@NullMarked
package dev.sluice.picker.pricing;

import org.jspecify.annotations.NullMarked;
