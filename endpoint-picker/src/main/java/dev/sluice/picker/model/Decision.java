package dev.sluice.picker.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which endpoint a request was given, and why: the priced candidates it was chosen from.
///
/// @param epochMillis wall-clock time of the decision
/// @param reroute that the pool is not the route's, and why; null when it is
/// @param session what the request's session had to do with it; null where the model keeps none
/// @param candidates the chosen endpoint first, then up to seven others from the cheapest on
/// @param others how many endpoints were considered beyond `candidates`
/// @param othersMinimum the lowest total among those others, 0 when there are none
/// @param othersMedian the median total of those others, 0 when there are none
public record Decision(
        String requestId,
        long epochMillis,
        PoolId pool,
        @Nullable Reroute reroute,
        @Nullable Stickiness session,
        String model,
        PolicyKind policy,
        List<Candidate> candidates,
        int others,
        float othersMinimum,
        float othersMedian,
        long promptTokens,
        long cachedTokens) {
    /// How many candidates a decision carries at most.
    public static final int CANDIDATES = 8;

    /// A decision for a request in no session that stays in its route's pool.
    public Decision(
            String requestId,
            long epochMillis,
            PoolId pool,
            String model,
            PolicyKind policy,
            List<Candidate> candidates,
            int others,
            float othersMinimum,
            float othersMedian,
            long promptTokens,
            long cachedTokens) {
        this(
                requestId,
                epochMillis,
                pool,
                null,
                null,
                model,
                policy,
                candidates,
                others,
                othersMinimum,
                othersMedian,
                promptTokens,
                cachedTokens);
    }

    public Decision {
        candidates = Candidates.of(candidates);
    }

    public Decision moved(Reroute why) {
        return new Decision(
                requestId,
                epochMillis,
                pool,
                why,
                session,
                model,
                policy,
                candidates,
                others,
                othersMinimum,
                othersMedian,
                promptTokens,
                cachedTokens);
    }

    public EndpointId chosen() {
        return candidates.getFirst().endpoint();
    }
}
