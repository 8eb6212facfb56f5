package dev.sluice.picker.routing.placement;

import org.jspecify.annotations.Nullable;

/// Something that a placed request holds, for as long as it is at an endpoint.
sealed interface Reservation
        permits InFlightReservation,
                LatencyTargetReservation,
                BatchReservation,
                PrefixReservation,
                TallyReservation,
                EndpointReservations,
                PermitReservation {
    /// Releases what is held. It is called once.
    void release(PlacementEnd end);

    /// Releases all of these, whichever of them fails; the first fault is thrown once nothing is held any more, with
    /// the others suppressed.
    ///
    /// @param held null for what the request does not hold
    static void releaseAll(PlacementEnd end, @Nullable Reservation... held) {
        Throwable first = null;
        for (Reservation each : held) {
            try {
                if (each != null) {
                    each.release(end);
                }
            } catch (RuntimeException | Error fault) {
                if (first == null) {
                    first = fault;
                } else {
                    first.addSuppressed(fault);
                }
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException fault) {
            throw fault;
        }
    }

    /// Releases all of these because of a fault, which the caller throws on.
    static void releaseAfter(Throwable cause, PlacementEnd end, @Nullable Reservation... held) {
        try {
            releaseAll(end, held);
        } catch (RuntimeException | Error fault) {
            cause.addSuppressed(fault);
        }
    }
}
