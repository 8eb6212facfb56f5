package dev.sluice.picker.routing.placement;

import dev.sluice.picker.pool.TpotTargets;

/// Counts a request's objective per output token at its endpoint, so that later placements respect it.
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
