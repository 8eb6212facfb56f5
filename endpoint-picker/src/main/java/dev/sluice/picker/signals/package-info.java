/// Polls the engines' metrics, ages them out, writes the pool.
///
/// Read first: [EnginePoller], [EndpointPoll], [Dialect], [MetricsPage].
@NullMarked
package dev.sluice.picker.signals;

import org.jspecify.annotations.NullMarked;
