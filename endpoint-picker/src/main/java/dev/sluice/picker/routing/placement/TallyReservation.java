package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.PromptTally;

/// A computed prompt in its endpoint's tally, which stays open until its request has ended.
record TallyReservation(PromptTally.TalliedPrompt prompt) implements Reservation {
    @Override
    public void release(PlacementEnd end) {
        prompt.ended(end.usage());
    }
}
