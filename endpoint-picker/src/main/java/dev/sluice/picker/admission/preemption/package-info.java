/// Preemption: running sheddable requests end for a request of higher priority.
///
/// Read first: [Preemption], [PreemptibleRequests].
@NullMarked
package dev.sluice.picker.admission.preemption;

import org.jspecify.annotations.NullMarked;
