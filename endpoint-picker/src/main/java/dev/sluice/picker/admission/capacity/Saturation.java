package dev.sluice.picker.admission.capacity;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import org.jspecify.annotations.Nullable;

/// Decides whether any endpoint of a pool can take one more request.
///
/// An endpoint can where the predicted wait is short and the request's context fits into the KV cache. The
/// prediction is in time, from the latency model, so that a fast endpoint counts as such: two free fast endpoints
/// of ten are capacity, and an average over a mixed pool would hide them.
///
/// ```
/// wait = the larger of   prefill work placed there and not done, + the same for others' queued requests,
///                        requests queued in the engine · residence ÷ running requests
/// ```
/// The first is corrected by how true it has come of late, see [InFlight]: rates that do not fit an engine must
/// not queue requests. The second is Little's law, for engines whose batch is full: a slot frees each residence ÷
/// running.
///
/// Sheddable requests leave headroom, and find no capacity where a running request has an objective for its time
/// per token that one more request would break.
public final class Saturation {
    /// The time until capacity where no prediction is possible: a signal or an end has to come first.
    public static final long UNKNOWN = Long.MAX_VALUE;

    private static final double PLENTY_OF_MEMORY = 0.9;
    /// The share of an objective that a predicted mean may take: what single requests see varies by so much
    /// about the mean that with this share 99 of 100 kept their objective in W8 (97 with 0.7, 93 with 0.8).
    private static final double SAFE_SHARE = 0.6;

    private Saturation() {}

    /// The limit up to which an endpoint may be full for a request.
    ///
    /// @param backlog the longest prefill work before its own, in nanoseconds
    /// @param memory the share of the KV cache that may be in use with it
    /// @param rates predict whether running requests would miss their objectives; null where that does not matter
    public record Limit(
            long backlog, double memory, @Nullable RateBook rates) {
        /// @param kept whether sheddable requests leave headroom to others
        public static Limit of(AdmissionSettings settings, Priority priority, boolean kept, RateBook rates) {
            boolean leaves = kept && priority.isSheddable();
            double share = leaves ? 1 - settings.headroom() : 1;
            return new Limit((long) (settings.queueing().toNanos() * share), share, leaves ? rates : null);
        }

        /// The limit of an endpoint with ample capacity.
        Limit plenty() {
            return new Limit(backlog / 2, memory * PLENTY_OF_MEMORY, rates);
        }
    }

    /// The position of an endpoint that can take a request now; -1 where none can.
    ///
    /// @param first the position that is looked at first, then the ones after it
    /// @param residenceNanos the recent mean time from placement to end, 0 when not known
    static int withCapacity(PoolSnapshot pool, int first, Limit limit, long residenceNanos, long now) {
        int position = first < pool.size() ? first : 0;
        for (int looked = 0; looked < pool.size(); looked++) {
            Endpoint endpoint = pool.endpoint(position);
            if (!endpoint.isFaulty() && untilCapacity(endpoint, limit, residenceNanos, now) == 0) {
                return position;
            }
            position = position + 1 < pool.size() ? position + 1 : 0;
        }
        return -1;
    }

    /// The time, if nothing else comes, until an endpoint as it is can take a request: 0 when it can now,
    /// [#UNKNOWN] when time alone does not bring capacity about.
    static long untilCapacity(Endpoint endpoint, Limit limit, long residenceNanos, long now) {
        return untilCapacity(endpoint, endpoint.signals(), FreedCapacity.NONE, limit, residenceNanos, now);
    }

    /// The time until an endpoint can take a request, without the capacity that requests have freed.
    ///
    /// @param signals what it last said
    /// @param gone what it will have been rid of
    public static long untilCapacity(
            Endpoint endpoint,
            @Nullable Signals signals,
            FreedCapacity gone,
            Limit limit,
            long residenceNanos,
            long now) {
        InFlight own = endpoint.inFlight();
        int requests = own.requests() - gone.requests();
        long backlog = own.likelyBacklogNanos(now, gone.prefillNanos());
        if (signals == null) {
            return requests == 0 ? 0 : Math.max(0, backlog - limit.backlog());
        }
        int waiting = Math.max(0, signals.waiting() - gone.reported());
        if (requests == 0 && waiting == 0 && signals.requestsFromOthers() == 0) {
            return 0;
        }
        if (limit.rates() != null && breaksObjectives(endpoint, signals, limit.rates(), now)) {
            return UNKNOWN;
        }
        int placedSince = Math.max(0, requests - (signals.ownInFlight() - gone.reported()));
        long capacity = signals.kvCache().capacityTokens();
        if (capacity > 0 && requests > 0) {
            double each = (double) (own.contextTokens() - gone.tokens()) / requests;
            double used = Math.max(0, signals.kvCache().usage() * capacity - gone.reportedTokens());
            if (used + (placedSince + 1) * each > capacity * limit.memory()) {
                return UNKNOWN;
            }
        }
        if (waiting > 0 && signals.running() > 0) {
            double untilSlot = (double) residenceNanos / signals.running();
            if ((waiting + placedSince) * untilSlot > limit.backlog()) {
                return UNKNOWN;
            }
        }
        long others = signals.waitingFromOthers() * own.meanPrefillNanos();
        return Math.max(0, backlog + others - limit.backlog());
    }

    /// A further decoding request would make the endpoint's tightest objective per token fail. Objectives
    /// below the time of a request alone are ignored: no placement could meet them.
    private static boolean breaksObjectives(Endpoint endpoint, Signals signals, RateBook book, long now) {
        if (endpoint.tpotTargets().isEmpty()) {
            return false;
        }
        InFlight own = endpoint.inFlight();
        Rates rates = book.of(endpoint.hardware()).slowed(endpoint.slowness());
        double requests = own.requests() + signals.requestsFromOthers();
        double each = (double) own.contextTokens() / Math.max(1, own.requests());
        double tightest = endpoint.tpotTargets().tightestMillis(rates.stepMillis(1, each));
        double prompts = endpoint.recentPrompts().newTokensPerSecond(now);
        return rates.betweenTokensMillis(requests + 1, (requests + 1) * each, prompts) > tightest * SAFE_SHARE;
    }
}
