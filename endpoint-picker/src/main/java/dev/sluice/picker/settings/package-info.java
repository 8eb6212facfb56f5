/// What the resources say of how a pool is run: its policy, its queue, its signals' sources and its adapters.
///
/// Read first: [PoolSettings], [AdmissionSettings], [SignalSources].
@NullMarked
package dev.sluice.picker.settings;

import org.jspecify.annotations.NullMarked;
