/// Settings of pools, as the resources have them: policy, queue, sources of signals, adapters.
///
/// Read first: [PoolSettings], [AdmissionSettings], [SignalSources].
@NullMarked
package dev.sluice.picker.settings;

import org.jspecify.annotations.NullMarked;
