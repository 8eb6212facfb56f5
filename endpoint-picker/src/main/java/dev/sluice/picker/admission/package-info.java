/// Admission control decides whether a request runs now, waits or is refused.
///
/// Read first: [AdmissionControl], [PoolQueue], [Admission].
@NullMarked
package dev.sluice.picker.admission;

import org.jspecify.annotations.NullMarked;
