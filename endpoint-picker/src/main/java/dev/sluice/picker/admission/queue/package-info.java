/// The fair queue orders requests by priority, tenant and deadline, within limits.
///
/// Read first: [FairQueue], [QueueItem], [TenantCounters].
@NullMarked
package dev.sluice.picker.admission.queue;

import org.jspecify.annotations.NullMarked;
