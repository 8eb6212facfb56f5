/// Polls the engines' metrics, checks their adapters, ages both out, writes the pool.
///
/// Read first: [EnginePoller], [EndpointPoll], [Dialect], [MetricsPage], [AdapterCheck].
@NullMarked
package dev.sluice.picker.signals;

import org.jspecify.annotations.NullMarked;
