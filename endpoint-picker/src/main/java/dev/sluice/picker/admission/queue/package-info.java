/// The order of queued requests: priority, fairness among tenants, deadlines, limits.
///
/// Read first: [FairQueue], [QueueItem], [TenantCounters].
@NullMarked
package dev.sluice.picker.admission.queue;

import org.jspecify.annotations.NullMarked;
