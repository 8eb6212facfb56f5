/// The scheduler filters, prices and picks the endpoints of one pool.
///
/// It keeps nothing from one decision to the next but round robin's counter.
///
/// Read first: [Scheduler], [Policy], [CostPolicy].
@NullMarked
package dev.sluice.picker.scheduling;

import org.jspecify.annotations.NullMarked;
