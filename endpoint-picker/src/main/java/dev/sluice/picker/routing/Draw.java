package dev.sluice.picker.routing;

import dev.sluice.picker.model.Target;
import org.jspecify.annotations.Nullable;

/// What was drawn for a request: the target that serves it, and the lot that decides between pools.
///
/// @param divided whether its model has several targets
/// @param lot uniformly distributed; the same for all requests of a session
/// @param visit its part in a session; null where its model keeps none
record Draw(
        Target target, boolean divided, long lot, @Nullable Visit visit) {
    /// For a request whose name stands for one thing.
    static Draw only(Target target, long seed) {
        return new Draw(target, false, seed, null);
    }
}
