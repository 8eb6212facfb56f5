package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.TpotTargets;

/// The latency per output token that a request's neighbours at its endpoint must leave to it.
record LatencyTargetReservation(TpotTargets targets, double tpotMillis) implements Reservation {
    static LatencyTargetReservation take(TpotTargets targets, double tpotMillis) {
        targets.add(tpotMillis);
        return new LatencyTargetReservation(targets, tpotMillis);
    }

    @Override
    public void release(PlacementEnd end) {
        targets.remove(tpotMillis);
    }
}
