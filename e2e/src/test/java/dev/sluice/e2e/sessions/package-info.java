/// Requests of one session come back to the endpoint or the target that served it.
///
/// Read first: [SessionsIT].
@NullMarked
package dev.sluice.e2e.sessions;

import org.jspecify.annotations.NullMarked;
