package dev.sluice.picker.routing.placement;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import org.junit.jupiter.api.Test;

/// What a request holds is released whatever fails.
class ReservationTest {
    private final Endpoint endpoint =
            Fixtures.pools(PolicyKind.COST, many(1, H100)).all().get(POOL).endpoint(0);
    /// It has no endpoint to release anything at.
    private final LatencyTargetReservation broken = new LatencyTargetReservation(null, 10);

    private InFlightReservation work() {
        return InFlightReservation.take(endpoint.inFlight(), new ExpectedWork(100, 0, 10, 105, 1_000), 5);
    }

    @Test
    void faultsKeepNoOtherFromBeingReleased() {
        InFlightReservation work = work();
        LatencyTargetReservation latency = LatencyTargetReservation.take(endpoint.tpotTargets(), 20);
        assertThatNullPointerException()
                .isThrownBy(
                        () -> Reservation.releaseAll(PlacementEnd.left(false, 7), broken, work, null, broken, latency))
                .satisfies(fault -> assertThat(fault.getSuppressed()).hasSize(1));
        assertThat(endpoint.inFlight().requests()).isZero();
        assertThat(endpoint.inFlight().contextTokens()).isZero();
        assertThat(endpoint.inFlight().prefillBacklogNanos(7)).isZero();
        assertThat(endpoint.tpotTargets().isEmpty()).isTrue();
    }

    @Test
    void faultThatCausesTheReleaseIsTheOneThatCounts() {
        IllegalStateException cause = new IllegalStateException("no more");
        Reservation.releaseAfter(cause, PlacementEnd.left(false, 7), broken, work());
        assertThat(cause.getSuppressed()).singleElement().isInstanceOf(NullPointerException.class);
        assertThat(endpoint.inFlight().requests()).isZero();
    }

    @Test
    void prefillThatHasRunIsNotWithdrawn() {
        work().release(PlacementEnd.left(true, 7));
        assertThat(endpoint.inFlight().requests()).isZero();
        assertThat(endpoint.inFlight().prefillBacklogNanos(7)).isEqualTo(998);
    }
}
