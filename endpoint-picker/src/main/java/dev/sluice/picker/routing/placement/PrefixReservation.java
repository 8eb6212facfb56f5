package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.Endpoint;

/// Records a prompt as held by an endpoint, and takes that back where the request leaves it without being computed.
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
