/// Reads engines' metrics pages, each in its engine's own dialect, into the endpoints.
///
/// Read first: [EndpointPoll], [Dialect], [DialectMetrics].
@NullMarked
package dev.sluice.picker.signals.engine;

import org.jspecify.annotations.NullMarked;
