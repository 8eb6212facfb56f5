package dev.sluice.picker.routing.placement;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.Signals;
import org.jspecify.annotations.Nullable;

/// All that a request holds at one endpoint.
final class EndpointReservations implements Reservation {
    private final Endpoint endpoint;
    private final InFlightReservation work;
    private final @Nullable LatencyTargetReservation latency;
    private final @Nullable BatchReservation batch;
    private final @Nullable PrefixReservation prefix;

    /// The way to the endpoint: the picker sends the request there, or Envoy reports that it used this
    /// endpoint.
    enum Arrival {
        SENT,
        FOUND
    }

    private EndpointReservations(
            Endpoint endpoint,
            InFlightReservation work,
            @Nullable LatencyTargetReservation latency,
            @Nullable BatchReservation batch,
            @Nullable PrefixReservation prefix) {
        this.endpoint = endpoint;
        this.work = work;
        this.latency = latency;
        this.batch = batch;
        this.prefix = prefix;
    }

    /// Takes all that a request needs at an endpoint, or nothing.
    ///
    /// @param prompt null for work whose prompt is not read
    /// @param knownBlocks of the prompt that the endpoint holds already
    static EndpointReservations take(
            PlacementFacts facts,
            @Nullable PromptKnowledge prompt,
            Endpoint at,
            int knownBlocks,
            Arrival arrival,
            long nowNanos) {
        ExpectedWork expected = facts.expected();
        InFlightReservation work = InFlightReservation.take(at.inFlight(), expected, nowNanos);
        LatencyTargetReservation latency = null;
        BatchReservation batch = null;
        try {
            if (facts.objectives().hasTpot()) {
                latency = LatencyTargetReservation.take(
                        at.tpotTargets(), facts.objectives().tpotMillis());
            }
            if (prompt == null) {
                return new EndpointReservations(at, work, latency, null, null);
            }
            boolean direct = arrival == Arrival.SENT && isLoaded(facts.target(), at);
            batch = BatchReservation.take(at, expected, facts.isStreamed(), direct, nowNanos);
            return new EndpointReservations(at, work, latency, batch, PrefixReservation.take(prompt, at, knownBlocks));
        } catch (RuntimeException | Error fault) {
            Reservation.releaseAfter(fault, PlacementEnd.left(false, nowNanos), work, latency, batch);
            throw fault;
        }
    }

    private static boolean isLoaded(@Nullable Target target, Endpoint endpoint) {
        ModelName adapter = target == null ? null : target.adapter();
        Signals signals = endpoint.signals();
        return adapter == null
                || (signals != null && signals.adapters().running().contains(adapter.value()));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long placedNanos() {
        return work.placedNanos();
    }

    /// Blocks of the prompt that the endpoint held before.
    int knownBlocks() {
        return prefix == null ? 0 : prefix.knownBlocks();
    }

    /// Null for work whose prompt is not read.
    @Nullable
    BatchReservation batch() {
        return batch;
    }

    /// The first token came.
    ///
    /// @return how long the request was queued before its prefill
    long firstToken(long nowNanos) {
        if (batch != null) {
            batch.firstToken(nowNanos);
        }
        return work.firstToken(nowNanos);
    }

    /// The answer came whole.
    ///
    /// @return how long the request was queued before its prefill, as far as that is known
    long wholeAnswer(long nowNanos) {
        return work.wholeAnswer(nowNanos);
    }

    @Override
    public void release(PlacementEnd end) {
        Reservation.releaseAll(end, work, latency, batch, prefix);
    }
}
