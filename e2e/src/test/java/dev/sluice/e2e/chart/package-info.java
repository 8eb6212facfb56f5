/// The charts and the samples against a real API server, as a user installs them.
///
/// Read first: [Helm], [OperatorChartIT].
@NullMarked
package dev.sluice.e2e.chart;

import org.jspecify.annotations.NullMarked;
