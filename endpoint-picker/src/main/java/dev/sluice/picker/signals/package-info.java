/// Polls engines, DCGM exporters and Prometheus servers, checks adapters, ages out what they say, writes the pool.
///
/// Read first: [EnginePoller], [EndpointPoll], [Dialect], [MetricsPage], [AdapterCheck]; for the other sources
/// [SourcePoller], [GpuWatch].
@NullMarked
package dev.sluice.picker.signals;

import org.jspecify.annotations.NullMarked;
