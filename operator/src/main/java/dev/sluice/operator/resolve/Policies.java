package dev.sluice.operator.resolve;

import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import java.util.List;

/// Which policy holds for which pool.
public record Policies(List<InferencePoolPolicy> all) {
    public Policies {
        all = List.copyOf(all);
    }

    /// The oldest policy that is attached to the pool, or one of defaults.
    public InferencePoolPolicySpec of(String namespace, String pool) {
        return all.stream()
                .filter(policy -> policy.getMetadata().getNamespace().equals(namespace))
                .filter(policy -> policy.getSpec().targetRefs().stream().anyMatch(target -> target.isPool(pool)))
                .min(Resolver.OLDEST_FIRST)
                .map(policy -> policy.getSpec())
                .orElse(InferencePoolPolicySpec.DEFAULTS);
    }
}
