package dev.sluice.picker.scheduling;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.decision.PolicyKind;

/// Any endpoint, with equal chances: the request's seed draws.
public final class RandomPolicy implements Policy {
    @Override
    public PolicyKind kind() {
        return PolicyKind.RANDOM;
    }

    @Override
    public void price(SchedulingInput input, PriceList prices) {
        for (int i = 0; i < prices.size(); i++) {
            prices.part(0)[i] = Hashing.unit(input.seed(), prices.position(i));
        }
    }
}
