package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.GatewayMode;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.List;
import java.util.Optional;

/// The policies tell which of them holds for which pool.
public record Policies(List<InferencePoolPolicy> all) {
    public Policies {
        all = List.copyOf(all);
    }

    /// The policy that is in force for the pool: the oldest that is attached to it.
    public Optional<InferencePoolPolicy> inForce(String namespace, String pool) {
        return all.stream()
                .filter(policy -> policy.getMetadata().getNamespace().equals(namespace))
                .filter(policy -> policy.getSpec().targetRefs().stream().anyMatch(target -> target.isPool(pool)))
                .min(Resources.OLDEST_FIRST);
    }

    /// The spec of that policy, or the defaults.
    public InferencePoolPolicySpec of(String namespace, String pool) {
        return inForce(namespace, pool).map(InferencePoolPolicy::getSpec).orElse(InferencePoolPolicySpec.DEFAULTS);
    }

    /// A gateway that supports InferencePools itself brings the pool's requests, and none of Sluice's.
    public boolean isNative(InferencePool pool) {
        return of(pool.getMetadata().getNamespace(), pool.getMetadata().getName())
                        .gateway()
                        .mode()
                == GatewayMode.NATIVE;
    }
}
