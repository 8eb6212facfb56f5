package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.PoolId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Takes the endpoints of a pool in turn.
public final class RoundRobinPolicy implements Policy {
    private final Map<PoolId, AtomicInteger> turns = new ConcurrentHashMap<>();

    @Override
    public PolicyKind kind() {
        return PolicyKind.ROUND_ROBIN;
    }

    @Override
    public void price(SchedulingInput input, PriceList prices) {
        int next = turns.computeIfAbsent(input.pool().id(), _ -> new AtomicInteger())
                .getAndIncrement();
        for (int i = 0; i < prices.size(); i++) {
            prices.part(0)[i] = Math.floorMod(i - next, prices.size());
        }
    }
}
