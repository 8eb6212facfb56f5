/// The picker as a process: as a pod, as two replicas, and gone.
///
/// Read first: [FailureModeIT].
@NullMarked
package dev.sluice.e2e.picker;

import org.jspecify.annotations.NullMarked;
