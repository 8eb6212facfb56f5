package dev.sluice.picker.routing;

import java.util.function.Supplier;

/// Resumes a request that waited: for its prompt's tokens, for its dispatch, or for another pool.
///
/// It is the one way back into a request. Any thread may call it; it runs the step in the request's own order.
@FunctionalInterface
public interface Resumption {
    /// Runs the next step of the request, unless the request has ended.
    ///
    /// @return false where the request has ended and the step was not run
    boolean resume(Supplier<Routing> step);
}
