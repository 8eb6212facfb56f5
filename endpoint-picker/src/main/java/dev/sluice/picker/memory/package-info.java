/// The memory that request bodies may take together: reserved before it is used, returned exactly once.
///
/// Read first: [BodyBudget], [BodyReservation].
@NullMarked
package dev.sluice.picker.memory;

import org.jspecify.annotations.NullMarked;
