/// Filter, price, pick: over one snapshot, given rates, prefix hits and a seed; pure.
///
/// Read first: [Scheduler], [Policy], [CostPolicy].
@NullMarked
package dev.sluice.picker.scheduling;

import org.jspecify.annotations.NullMarked;
