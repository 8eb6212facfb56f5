package dev.sluice.picker.scheduling;

import dev.sluice.picker.choice.Rendezvous;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import org.jspecify.annotations.Nullable;

/// The input of a decision: the request, its pool, the time and a seed.
///
/// A decision depends on a little more: prices read the endpoints' live counters, such as work in flight, and round
/// robin keeps a counter. Where these are equal, equal input yields an equal decision.
///
/// @param nowNanos by the ticker
/// @param epochMillis by the wall clock, for the record only
/// @param seed of random choices
public record SchedulingInput(PricedRequest priced, PoolView view, long nowNanos, long epochMillis, long seed) {
    private static final double MILLIS_PER_NANO = 1e-6;

    public InferenceRequest request() {
        return priced.request();
    }

    public @Nullable Target target() {
        return priced.target();
    }

    public TokenModel tokens() {
        return priced.tokens();
    }

    public Objectives objectives() {
        return priced.objectives();
    }

    public PoolSnapshot pool() {
        return view.pool();
    }

    public PrefixHits hits() {
        return view.hits();
    }

    public RateBook rates() {
        return view.rates();
    }

    /// The time that the request may still wait for its first token, in milliseconds; below 0 it is late.
    double leftMillis() {
        return objectives().hasTtft()
                ? objectives().ttftMillis() - (nowNanos - request().arrivedNanos()) * MILLIS_PER_NANO
                : Double.POSITIVE_INFINITY;
    }

    /// The rates of the endpoint now.
    public Rates ratesOf(Endpoint endpoint) {
        return rates().of(endpoint.hardware()).slowed(endpoint.slowness());
    }

    /// The request may be placed at `position` without taking capacity that is kept for other requests.
    boolean hasCapacity(int position) {
        CapacityCheck capacity = view.capacity();
        return capacity == null || capacity.hasCapacityAt(pool().endpoint(position), nowNanos);
    }

    /// The preference of all replicas of the picker for the endpoint at `position`, by rendezvous hashing: of
    /// the prompt's head, or where prompts do not count, of the request's own seed, which prefers none.
    long preference(int position) {
        long head = switch (request().work()) {
            case Work.Prompted prompted
            when pool().settings().policy().kind() == PolicyKind.COST ->
                prompted.prompt().head();
            case Work.Prompted _, Work.Opaque _ -> seed;
        };
        return Rendezvous.preference(head, pool().endpoint(position).affinity());
    }

    /// The prompt's length in tokens, counted or estimated; 0 for work whose prompt is not seen.
    public double promptTokens() {
        if (hits().promptTokens() > 0) {
            return hits().promptTokens();
        }
        return switch (request().work()) {
            case Work.Prompted prompted ->
                tokens().promptTokens(prompted.prompt().contentBytes());
            case Work.Opaque _ -> 0;
        };
    }

    /// The tokens of the prompt that the endpoint at `position` has in its cache.
    public double cachedTokens(int position) {
        PrefixHits hits = hits();
        int known = hits.knownTokens(position);
        return hits.isExact(position) ? known : Math.max(known, estimatedTokens(hits.bytes(position)));
    }

    private double estimatedTokens(long bytes) {
        PrefixHits hits = hits();
        return hits.promptTokens() > 0 && request().work() instanceof Work.Prompted prompted
                ? (double) hits.promptTokens()
                        * bytes
                        / Math.max(1, prompted.prompt().contentBytes())
                : tokens().promptTokens(bytes);
    }
}
