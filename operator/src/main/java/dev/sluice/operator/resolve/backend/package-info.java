/// A backendRef names a backend: a Service, or an inference pool with its picker and its policies.
///
/// Read first: [Backends], [Backend].
@NullMarked
package dev.sluice.operator.resolve.backend;

import org.jspecify.annotations.NullMarked;
