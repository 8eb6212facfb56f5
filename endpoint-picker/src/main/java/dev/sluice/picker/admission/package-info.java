/// May this request run now: priority, fairness, queues, saturation, deadlines.
///
/// Read first: [AdmissionControl], [Saturation], [FairQueue].
@NullMarked
package dev.sluice.picker.admission;

import org.jspecify.annotations.NullMarked;
