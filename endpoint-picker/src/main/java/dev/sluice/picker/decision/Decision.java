package dev.sluice.picker.decision;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The endpoint that a request was given, and why: the prices that were compared.
///
/// @param epochMillis wall-clock time of the decision
/// @param promptTokens length of the prompt, counted or estimated
public record Decision(
        String requestId, long epochMillis, DecidedPool decidedPool, ComparedPrices prices, int promptTokens) {
    /// The largest number of candidates that a decision carries.
    public static final int CANDIDATES = 8;

    public PoolId pool() {
        return decidedPool.id();
    }

    public @Nullable Reroute reroute() {
        return decidedPool.reroute();
    }

    public @Nullable Stickiness session() {
        return decidedPool.session();
    }

    public String model() {
        return decidedPool.model();
    }

    public PolicyKind policy() {
        return prices.policy();
    }

    public List<Candidate> candidates() {
        return prices.candidates();
    }

    public int cachedTokens() {
        return prices.cachedTokens();
    }

    public EndpointId chosen() {
        return candidates().getFirst().endpoint();
    }

    /// The same decision for a request that was rerouted.
    public Decision moved(Reroute why) {
        return new Decision(requestId, epochMillis, decidedPool.reroutedFor(why), prices, promptTokens);
    }
}
