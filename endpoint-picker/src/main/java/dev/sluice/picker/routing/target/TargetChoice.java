package dev.sluice.picker.routing.target;

import dev.sluice.picker.identity.Target;
import org.jspecify.annotations.Nullable;

/// The target chosen for a request, and the hash that decides between pools.
///
/// @param divided whether its model has several targets
/// @param hash uniformly distributed; equal for all requests of a session
/// @param sessionAttempt its part in a session; null where its model keeps none
public record TargetChoice(
        Target target, boolean divided, long hash, @Nullable SessionAttempt sessionAttempt) {
    /// The choice of a model with one target.
    public static TargetChoice only(Target target, long seed) {
        return new TargetChoice(target, false, seed, null);
    }
}
