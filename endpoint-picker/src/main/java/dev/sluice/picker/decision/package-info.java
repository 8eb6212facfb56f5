/// A decision as `/explain` shows it: candidates with their prices, the pool and why it was chosen.
///
/// Read first: [Decision], [Candidates], [PricePart].
@NullMarked
package dev.sluice.picker.decision;

import org.jspecify.annotations.NullMarked;
