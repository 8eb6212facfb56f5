/// Asks Prometheus servers in PromQL and tells endpoints what the samples say.
///
/// Read first: [PrometheusPoll], [PrometheusClient].
@NullMarked
package dev.sluice.picker.signals.prometheus;

import org.jspecify.annotations.NullMarked;
