package dev.sluice.picker.routing.placement;

import static dev.sluice.picker.constants.LoadConstants.LEAST_STEPS;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.scheduling.SchedulingInput;
import java.util.concurrent.TimeUnit;

/// The work that a request is expected to be for its endpoint, as predicted when it is placed. It is nothing
/// where the request's body is not read: such a request is counted, and no more.
///
/// @param promptTokens of which the endpoint holds `cachedTokens`
/// @param contextTokens that it holds while it decodes
/// @param prefillNanos how long its prefill keeps the endpoint, with its share of the running batch's steps
record ExpectedWork(
        double promptTokens, double cachedTokens, long outputTokens, long contextTokens, long prefillNanos) {
    /// @param position of the endpoint in its pool
    static ExpectedWork of(SchedulingInput input, Endpoint endpoint, int position) {
        double prompt = input.promptTokens();
        double cached = input.cachedTokens(position);
        return switch (input.request().work()) {
            case Work.Opaque _ -> new ExpectedWork(prompt, cached, 0, 0, 0);
            case Work.Prompted work -> {
                Rates rates = input.ratesOf(endpoint);
                InFlight own = endpoint.inFlight();
                double output = input.tokens().outputTokens(work.maxTokens());
                double steps =
                        Math.clamp((prompt - cached) / endpoint.stepTokens().tokens(), LEAST_STEPS, 1);
                double millis = rates.prefillMillis(prompt, cached, own.requests())
                        + steps * rates.stepMillis(own.requests(), own.contextTokens());
                yield new ExpectedWork(prompt, cached, (long) output, (long) (prompt + output / 2), (long)
                        (millis * TimeUnit.MILLISECONDS.toNanos(1)));
            }
        };
    }

    BatchIntegrals.Prefill prefill() {
        return BatchIntegrals.Prefill.of(promptTokens, cachedTokens);
    }

    /// Prompt tokens that no cache held, as far as the engine's answer tells.
    double uncachedTokens(TokenUsage usage) {
        double cached = usage.cachedTokens() == TokenUsage.UNKNOWN ? cachedTokens : usage.cachedTokens();
        return usage.promptTokens() - cached;
    }

    /// Prompt tokens that no cache holds.
    long uncachedTokens() {
        return (long) (promptTokens - cachedTokens);
    }
}
