package dev.sluice.picker.admission;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.AdmissionSettings;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Signals;
import org.jspecify.annotations.Nullable;

/// Whether a pool can take one more request now: whether any of its endpoints can.
///
/// An endpoint can where the request would not have to wait there for long, as predicted, and its context would fit
/// into the KV cache. The prediction is in time, and made of what the latency model says of each request placed there,
/// so that a fast endpoint counts for as much as it does: two of ten fast ones that are free are room, and an average
/// over a mixed pool would hide them.
///
/// ```
/// wait = the larger of   prefill work placed there and not done, + the same for others' requests that wait,
///                        requests that wait in the engine · residence ÷ requests that run
/// ```
/// The first as it has come true of late, see [InFlight]: what the rates say of an engine that they do not know, or
/// that answers from elsewhere, is no reason to let anybody wait. The second is Little's law, for engines whose batch
/// has no seat left: one leaves it each residence ÷ running.
///
/// Sheddable requests leave headroom, and find no room where others run that have an objective for their time per
/// token, and would miss it with one more.
final class Saturation {
    /// When no prediction is possible: something has to happen first.
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final double PLENTY_OF_MEMORY = 0.9;
    /// Of an objective, when the mean is foreseen: what single requests see varies by so much about it that with this
    /// share 99 of 100 kept theirs in W8 (97 with 0.7, 93 with 0.8).
    private static final double SAFE_SHARE = 0.6;

    private Saturation() {}

    /// How full an endpoint may be for a request.
    ///
    /// @param backlog the longest prefill work before its own, in nanoseconds
    /// @param memory the share of the KV cache that may be in use with it
    /// @param rates by which it is foreseen whether those that run there would miss their objectives; null where it
    ///     does not matter
    record Limit(long backlog, double memory, @Nullable RateBook rates) {
        /// @param kept whether sheddable requests leave headroom to others
        static Limit of(AdmissionSettings settings, Priority priority, boolean kept, RateBook rates) {
            boolean leaves = kept && priority.isSheddable();
            double share = leaves ? 1 - settings.headroom() : 1;
            return new Limit((long) (settings.queueing().toNanos() * share), share, leaves ? rates : null);
        }

        /// Of an endpoint that has plenty of room.
        Limit plenty() {
            return new Limit(backlog / 2, memory * PLENTY_OF_MEMORY, rates);
        }
    }

    /// How long it takes, if nothing else comes, until an endpoint can take a request: 0 when one can now, [#UNKNOWN]
    /// when time alone does not bring it about.
    ///
    /// @param residenceNanos the recent mean time from placement to end, 0 when not known
    static long untilRoom(PoolSnapshot pool, Limit limit, long residenceNanos, long now) {
        long least = UNKNOWN;
        for (int position = 0; position < pool.size() && least > 0; position++) {
            Endpoint endpoint = pool.endpoint(position);
            if (!endpoint.isFaulty()) {
                least = Math.min(least, untilRoom(endpoint, limit, residenceNanos, now));
            }
        }
        return least;
    }

    /// An endpoint that can take a request now; null where none can.
    static @Nullable Endpoint withRoom(PoolSnapshot pool, Limit limit, long residenceNanos, long now) {
        for (int position = 0; position < pool.size(); position++) {
            Endpoint endpoint = pool.endpoint(position);
            if (!endpoint.isFaulty() && untilRoom(endpoint, limit, residenceNanos, now) == 0) {
                return endpoint;
            }
        }
        return null;
    }

    /// The same of one endpoint as it is.
    static long untilRoom(Endpoint endpoint, Limit limit, long residenceNanos, long now) {
        return untilRoom(endpoint, endpoint.signals(), Relief.NONE, limit, residenceNanos, now);
    }

    /// The same of one endpoint.
    ///
    /// @param signals what it last said
    /// @param gone what it will have been rid of
    static long untilRoom(
            Endpoint endpoint, @Nullable Signals signals, Relief gone, Limit limit, long residenceNanos, long now) {
        InFlight own = endpoint.inFlight();
        int requests = own.requests() - gone.requests();
        long backlog = own.likelyBacklogNanos(now, gone.prefillNanos());
        if (signals == null) {
            return requests == 0 ? 0 : Math.max(0, backlog - limit.backlog());
        }
        int waiting = Math.max(0, signals.waiting() - gone.reported());
        if (requests == 0 && waiting == 0 && signals.foreign() == 0) {
            return 0;
        }
        if (limit.rates() != null && breaksPromises(endpoint, signals, limit.rates(), now)) {
            return UNKNOWN;
        }
        int placedSince = Math.max(0, requests - (signals.ownInFlight() - gone.reported()));
        long capacity = signals.kvCapacityTokens();
        if (capacity > 0 && requests > 0) {
            double each = (double) (own.contextTokens() - gone.tokens()) / requests;
            double used = Math.max(0, signals.kvUsage() * capacity - gone.reportedTokens());
            if (used + (placedSince + 1) * each > capacity * limit.memory()) {
                return UNKNOWN;
            }
        }
        if (waiting > 0 && signals.running() > 0) {
            double seat = (double) residenceNanos / signals.running();
            if ((waiting + placedSince) * seat > limit.backlog()) {
                return UNKNOWN;
            }
        }
        long others = signals.foreignWaiting() * own.meanPrefillNanos();
        return Math.max(0, backlog + others - limit.backlog());
    }

    /// Whether with one more that decodes there, all would decode more slowly than some of them should: prompts are
    /// computed between the steps, as many as lately. What no request would see that is alone there is no reason to
    /// leave the endpoint to those who ask for it.
    private static boolean breaksPromises(Endpoint endpoint, Signals signals, RateBook book, long now) {
        if (endpoint.promises().isEmpty()) {
            return false;
        }
        InFlight own = endpoint.inFlight();
        Rates rates = book.of(endpoint.hardware()).slowed(endpoint.slowness());
        double requests = own.requests() + signals.foreign();
        double each = (double) own.contextTokens() / Math.max(1, own.requests());
        double tightest = endpoint.promises().tightestMillis(rates.stepMillis(1, each));
        double prompts = endpoint.turnover().newTokensPerSecond(now);
        return rates.betweenTokensMillis(requests + 1, (requests + 1) * each, prompts) > tightest * SAFE_SHARE;
    }
}
