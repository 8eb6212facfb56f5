package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;

/// Prefers the endpoint with the fewest requests in flight: this picker's own at once, others' as scraped.
public final class LeastRequestPolicy implements Policy {
    @Override
    public PolicyKind kind() {
        return PolicyKind.LEAST_REQUEST;
    }

    /// The request itself: the endpoint would be the best without it.
    @Override
    public float leeway(SchedulingInput input, int position, float best) {
        return 1;
    }

    @Override
    public void price(SchedulingInput input, PriceList prices) {
        for (int i = 0; i < prices.size(); i++) {
            Endpoint endpoint = input.pool().endpoint(prices.position(i));
            prices.part(0)[i] = endpoint.requests();
        }
    }
}
