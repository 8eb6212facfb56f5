package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.Endpoint;

/// The prompt that an endpoint is expected to hold from now on.
///
/// @param knownBlocks that it held already
record PrefixReservation(PromptKnowledge prompt, Endpoint endpoint, int knownBlocks) implements Reservation {
    static PrefixReservation take(PromptKnowledge prompt, Endpoint endpoint, int knownBlocks) {
        prompt.expect(endpoint, knownBlocks);
        return new PrefixReservation(prompt, endpoint, knownBlocks);
    }

    @Override
    public void release(PlacementEnd end) {
        if (end.answered()) {
            prompt.settle(endpoint);
        } else {
            prompt.leave(endpoint, knownBlocks, end.started());
        }
    }
}
