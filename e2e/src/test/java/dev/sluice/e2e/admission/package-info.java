/// Requests on a saturated pool: their order, their refusal, and preemption.
///
/// Read first: [AdmissionIT].
@NullMarked
package dev.sluice.e2e.admission;

import org.jspecify.annotations.NullMarked;
