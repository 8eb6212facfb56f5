package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import org.jspecify.annotations.Nullable;

/// Learns from placed requests: how long endpoints queue and compute, how text turns into tokens, what caches
/// hold.
///
/// It learns at the end, once all reservations are released, so a fault leaves nothing held and costs only a
/// worse prediction for the next request. The exception is the tally of a computed prompt: it opens at the
/// first token, as a [TallyReservation].
///
/// @param prompt null for work whose prompt is not read
record PlacementLearning(
        PlacementFacts facts, Knowledge knowledge, @Nullable PromptKnowledge prompt) {
    /// The prompt has been computed, as the endpoint counts it; null for work whose prompt is not read.
    PromptTally.@Nullable TalliedPrompt tally(EndpointReservations at) {
        return prompt != null && facts.choice() != null && facts.request().work() instanceof Work.Prompted work
                ? at.endpoint()
                        .prompts()
                        .firstToken(
                                facts.choice().target().served(), work.prompt().contentBytes())
                : null;
    }

    /// The engine answered the request, and nothing is held for it any more.
    ///
    /// @param queuedNanos how long it was queued before its prefill, where its first token was seen
    void answered(EndpointReservations at, PlacementEnd end, long queuedNanos) {
        long queued = end.started() || prompt == null ? queuedNanos : learnWhole(at, end);
        long atEndpoint = end.nowNanos() - at.placedNanos();
        at.endpoint().residence().ended(atEndpoint - queued);
        TokenUsage used = end.likelyUsage(facts.expected());
        if (prompt == null || used == null) {
            return;
        }
        BatchReservation batch = at.batch();
        if (batch != null) {
            new Timing(batch).observe(used, knowledge.rates());
        }
        if (end.usage() != null) {
            prompt.learn(at.endpoint(), at.knownBlocks(), end.usage());
            at.endpoint().stepTokens().computed(facts.expected().uncachedTokens(end.usage()));
        } else {
            prompt.learn(at.endpoint(), end.countedTokens());
        }
    }

    /// An answer that came whole: its prompt was computed at some time before. Only now can the endpoint's
    /// predicted backlog be corrected by it, and its prompt be tallied.
    private long learnWhole(EndpointReservations at, PlacementEnd end) {
        long queued = at.wholeAnswer(end.nowNanos());
        PromptTally.TalliedPrompt tallied = tally(at);
        if (tallied != null) {
            tallied.ended(end.usage());
        }
        return queued;
    }
}
