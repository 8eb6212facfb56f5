/// Polls the engines' metrics, DCGM exporters and Prometheus servers, ages out what they say, writes the pool.
///
/// Read first: [EnginePoller], [EndpointPoll], [MetricsPage]; for the other sources [SourcePoller], [GpuWatch].
@NullMarked
package dev.sluice.picker.signals;

import org.jspecify.annotations.NullMarked;
