package dev.sluice.picker.scheduling;

import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;

/// Prefers the endpoint with the fewest requests in flight: this picker's own at once, others' as scraped.
public final class LeastRequestPolicy implements Policy {
    @Override
    public PolicyKind kind() {
        return PolicyKind.LEAST_REQUEST;
    }

    @Override
    public Pricing price(Situation situation, int[] admitted) {
        return (position, parts) -> {
            Endpoint endpoint = situation.pool().endpoints().get(position);
            Signals signals = endpoint.signals();
            parts[0] = endpoint.inFlight().requests() + (signals == null ? 0 : signals.foreign());
        };
    }
}
