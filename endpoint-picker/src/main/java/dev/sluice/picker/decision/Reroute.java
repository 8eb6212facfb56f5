package dev.sluice.picker.decision;

import dev.sluice.picker.identity.PoolId;

/// A request goes to another pool than its route's, and why.
///
/// @param from the route's pool
public record Reroute(PoolId from, RerouteReason reason) {
    /// The reason, as explanations and meters name it.
    public enum RerouteReason {
        /// The route's pool does not publish the model.
        UNPUBLISHED("unpublished"),
        /// The model has a pool of a lower tier, and that pool is ready.
        PREFERRED("preferred"),
        /// The model's pool of a higher tier stands in for the route's, which has no endpoint that serves it.
        FAILOVER("failover"),
        /// The same, because the pools that the model prefers are saturated.
        SPILL("spill"),
        /// The weights among the model's pools said so.
        WEIGHT("weight");

        private final String label;

        RerouteReason(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
