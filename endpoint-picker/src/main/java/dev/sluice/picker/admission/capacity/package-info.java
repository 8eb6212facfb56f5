/// Capacity of endpoints for one more request: saturation, headroom for others, spilling.
///
/// Read first: [Saturation], [Headroom], [CapacityTracker].
@NullMarked
package dev.sluice.picker.admission.capacity;

import org.jspecify.annotations.NullMarked;
