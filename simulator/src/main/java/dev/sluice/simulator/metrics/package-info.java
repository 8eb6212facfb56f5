/// The metrics that a server tells Prometheus: the families of vLLM and of the DCGM exporter, in the text
/// format.
///
/// Read first: [dev.sluice.simulator.metrics.VllmMetrics], [dev.sluice.simulator.metrics.DcgmMetrics],
/// [dev.sluice.simulator.metrics.Exposition].
@NullMarked
package dev.sluice.simulator.metrics;

import org.jspecify.annotations.NullMarked;
