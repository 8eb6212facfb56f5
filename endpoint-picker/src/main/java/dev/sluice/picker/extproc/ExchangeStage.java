package dev.sluice.picker.extproc;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.routing.placement.Placement;

/// The stage of an exchange tells how far it has come.
sealed interface ExchangeStage {
    /// The pool that the request is counted for.
    PoolId pool();

    /// The request has no endpoint yet.
    record Unplaced(PoolId pool) implements ExchangeStage {}

    /// The request is at an endpoint.
    record AtEndpoint(Placement placement) implements ExchangeStage {
        /// The route's pool, or the one that the request was moved to.
        @Override
        public PoolId pool() {
            return placement.decision().pool();
        }
    }

    /// The request has ended; what comes later is not its business.
    record Ended(PoolId pool) implements ExchangeStage {}
}
