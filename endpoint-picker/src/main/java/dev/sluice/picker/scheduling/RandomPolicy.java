package dev.sluice.picker.scheduling;

import dev.sluice.picker.model.PolicyKind;

/// Any endpoint, with equal chances: the request's seed draws.
public final class RandomPolicy implements Policy {
    @Override
    public PolicyKind kind() {
        return PolicyKind.RANDOM;
    }

    @Override
    public Pricing price(Situation situation, int[] admitted) {
        return new Pricing() {
            @Override
            public void parts(int position, float[] parts) {}

            @Override
            public float total(int position, float[] scratch) {
                return Lots.draw(situation.seed(), position);
            }
        };
    }
}
