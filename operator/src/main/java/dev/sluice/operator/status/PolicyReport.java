package dev.sluice.operator.status;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicyStatus;
import dev.sluice.api.v1alpha1.PolicyPoolStatus;
import dev.sluice.api.v1alpha1.PolicyTargetRef;
import dev.sluice.operator.resolve.backend.NativePool;
import dev.sluice.operator.resolve.backend.NativePool.Access;
import dev.sluice.operator.resolve.backend.Policies;
import dev.sluice.operator.resolve.resources.Resources;
import dev.sluice.operator.status.Observed.PoolReading;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The status of InferencePoolPolicies.
///
/// @param natives the pools that another gateway brings requests to
record PolicyReport(
        Conditions conditions, Resources resources, Observed observed, Policies policies, List<NativePool> natives) {

    InferencePoolPolicyStatus of(InferencePoolPolicy policy) {
        List<PolicyPoolStatus> pools = policy.getSpec().targetRefs().stream()
                .filter(target -> target.isPool(target.name()))
                .map(target -> pool(policy, target.name()))
                .toList();
        return new InferencePoolPolicyStatus(
                conditions.merge(
                        policy.getStatus() == null ? null : policy.getStatus().conditions(),
                        List.of(accepted(policy), resolvedRefs(policy)),
                        policy),
                pools);
    }

    private PolicyPoolStatus pool(InferencePoolPolicy policy, String name) {
        PoolReading reading = observed.pools().get(policy.getMetadata().getNamespace() + "/" + name);
        boolean accepted = exists(policy, name) && rival(policy, name).isEmpty();
        return reading == null
                ? new PolicyPoolStatus(name, null, null, accepted)
                : new PolicyPoolStatus(
                        name,
                        reading.endpoints(),
                        Percent.shown(saturationOf(policy, name), (int) Math.round(100 * reading.saturation())),
                        accepted);
    }

    private static @Nullable Integer saturationOf(InferencePoolPolicy policy, String pool) {
        return policy.getStatus() == null
                ? null
                : policy.getStatus().pools().stream()
                        .filter(each -> each.name().equals(pool))
                        .findFirst()
                        .map(PolicyPoolStatus::saturation)
                        .orElse(null);
    }

    private Finding accepted(InferencePoolPolicy policy) {
        Optional<String> unreadable = UnreadableFields.firstOf(policy.getSpec());
        if (unreadable.isPresent()) {
            return Finding.fails(Conditions.ACCEPTED, "Invalid", unreadable.get());
        }
        List<PolicyTargetRef> targets = policy.getSpec().targetRefs();
        for (int i = 0; i < targets.size(); i++) {
            Optional<InferencePoolPolicy> rival = rival(policy, targets.get(i).name());
            if (targets.get(i).isPool(targets.get(i).name()) && rival.isPresent()) {
                return Finding.fails(
                        Conditions.ACCEPTED,
                        "Conflicted",
                        "spec.targetRefs[%d]: the older InferencePoolPolicy %s is for pool %s; name the pool in one policy only"
                                .formatted(
                                        i,
                                        rival.get().getMetadata().getName(),
                                        targets.get(i).name()));
            }
        }
        return Finding.holds(Conditions.ACCEPTED, "Accepted", "the policy is in force");
    }

    private Finding resolvedRefs(InferencePoolPolicy policy) {
        List<PolicyTargetRef> targets = policy.getSpec().targetRefs();
        for (int i = 0; i < targets.size(); i++) {
            PolicyTargetRef target = targets.get(i);
            if (!target.isPool(target.name())) {
                return Finding.fails(
                        Conditions.RESOLVED_REFS,
                        "InvalidKind",
                        "spec.targetRefs[%d]: policies are for InferencePools of group %s, not for %s of group '%s'"
                                .formatted(i, InferencePool.GROUP, target.kind(), target.group()));
            }
            if (!exists(policy, target.name())) {
                return Finding.fails(
                        Conditions.RESOLVED_REFS,
                        "PoolNotFound",
                        "spec.targetRefs[%d].name: InferencePool %s does not exist".formatted(i, target.name()));
            }
            Optional<String> unreachable = unreachable(policy, target.name());
            if (unreachable.isPresent()) {
                return Finding.fails(
                        Conditions.RESOLVED_REFS,
                        "PickerUnreachable",
                        "spec.targetRefs[%d]: InferencePool %s: %s".formatted(i, target.name(), unreachable.get()));
            }
        }
        return Finding.holds(Conditions.RESOLVED_REFS, "ResolvedRefs", "all its targets exist");
    }

    private boolean exists(InferencePoolPolicy policy, String pool) {
        return resources.all(InferencePool.class).stream()
                .anyMatch(
                        each -> Resources.name(each).equals(policy.getMetadata().getNamespace() + "/" + pool));
    }

    /// The reason why no other gateway can come to the pool's picker.
    private Optional<String> unreachable(InferencePoolPolicy policy, String pool) {
        return natives.stream()
                .filter(each ->
                        Resources.name(each.pool()).equals(policy.getMetadata().getNamespace() + "/" + pool))
                .findFirst()
                .flatMap(each -> each.access() instanceof Access.Impossible(String reason)
                        ? Optional.of(reason)
                        : Optional.empty());
    }

    /// The older policy that has the pool.
    private Optional<InferencePoolPolicy> rival(InferencePoolPolicy policy, String pool) {
        return policies.inForce(policy.getMetadata().getNamespace(), pool)
                .filter(holder -> !Report.isSame(holder, policy));
    }
}
