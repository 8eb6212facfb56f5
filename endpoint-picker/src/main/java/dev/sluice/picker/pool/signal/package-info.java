/// Signals of one endpoint: what its engine, its GPU and other sources report, and how two sources are merged.
///
/// Read first: [Signals], [SignalMerge], [GpuSignals].
@NullMarked
package dev.sluice.picker.pool.signal;

import org.jspecify.annotations.NullMarked;
