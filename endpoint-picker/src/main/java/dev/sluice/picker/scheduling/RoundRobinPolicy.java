package dev.sluice.picker.scheduling;

import dev.sluice.picker.model.PolicyKind;
import java.util.concurrent.atomic.AtomicInteger;

/// Gives each endpoint of a pool its turn.
///
/// The turn is the one thing here that is not a function of the situation; it counts calls, nothing else.
public final class RoundRobinPolicy implements Policy {
    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public PolicyKind kind() {
        return PolicyKind.ROUND_ROBIN;
    }

    @Override
    public Pricing price(Situation situation, int[] admitted) {
        int next = turn.getAndIncrement();
        int size = situation.pool().endpoints().size();
        return new Pricing() {
            @Override
            public void parts(int position, float[] parts) {}

            @Override
            public float total(int position, float[] scratch) {
                return Math.floorMod(position - next, size);
            }
        };
    }
}
