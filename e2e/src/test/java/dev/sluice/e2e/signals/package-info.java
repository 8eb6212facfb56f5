/// What engines, exporters and Prometheus report decides where requests go.
///
/// Read first: [ExactPrefixIT].
@NullMarked
package dev.sluice.e2e.signals;

import org.jspecify.annotations.NullMarked;
