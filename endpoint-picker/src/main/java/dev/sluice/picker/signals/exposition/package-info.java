/// Reads the Prometheus text format in pieces, without allocation while only numbers change.
///
/// Read first: [MetricsPage].
@NullMarked
package dev.sluice.picker.signals.exposition;

import org.jspecify.annotations.NullMarked;
