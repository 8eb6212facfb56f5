/// Which pool and which endpoint a request reaches, and what Envoy makes of what a picker answers.
///
/// Read first: [OverrideHostIT].
@NullMarked
package dev.sluice.e2e.routing;

import org.jspecify.annotations.NullMarked;
