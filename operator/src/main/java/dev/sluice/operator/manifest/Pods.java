package dev.sluice.operator.manifest;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Map;

/// The spec that all pods of Sluice have in common: no privileges, as the `restricted` pod security standard
/// asks, and other replicas elsewhere.
final class Pods {

    private Pods() {}

    /// A variable that tells a container what its pod's field says.
    static EnvVar field(String variable, String path) {
        return new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    static PodSecurityContext unprivileged(long user) {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(user)
                .withRunAsGroup(user)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    static SecurityContext confined() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /// A new replica serves before an old one goes. The number of replicas is left out where an autoscaler sets it, for
    /// what is applied is taken back from others.
    ///
    /// @param selector tells the pods from all others
    static Deployment deployment(
            ObjectMeta metadata, Scale scale, Map<String, String> selector, PodTemplateSpec template) {
        return new DeploymentBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withReplicas(
                        switch (scale) {
                            case Scale.Fixed(int replicas) -> replicas;
                            case Scale.Autoscaled _ -> null;
                        })
                .withNewSelector()
                .withMatchLabels(selector)
                .endSelector()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxSurge(1)
                .withNewMaxUnavailable(0)
                .endRollingUpdate()
                .endStrategy()
                .withTemplate(template)
                .endSpec()
                .build();
    }

    static List<TopologySpreadConstraint> spread(Scale scale, Map<String, String> selector) {
        return scale.most() < 2
                ? List.of()
                : List.of(new TopologySpreadConstraintBuilder()
                        .withMaxSkew(1)
                        .withTopologyKey("kubernetes.io/hostname")
                        .withWhenUnsatisfiable("ScheduleAnyway")
                        .withNewLabelSelector()
                        .withMatchLabels(selector)
                        .endLabelSelector()
                        .build());
    }

    /// At most one replica is taken away at a time; none for a single one, which could then never be moved.
    static List<PodDisruptionBudget> budget(Scale scale, ObjectMeta metadata, Map<String, String> selector) {
        return scale.most() < 2
                ? List.of()
                : List.of(new PodDisruptionBudgetBuilder()
                        .withMetadata(metadata)
                        .withNewSpec()
                        .withNewMaxUnavailable(1)
                        .withNewSelector()
                        .withMatchLabels(selector)
                        .endSelector()
                        .endSpec()
                        .build());
    }

    /// The autoscaler of the Deployment with that metadata's name.
    static List<HorizontalPodAutoscaler> autoscaler(Scale scale, ObjectMeta metadata) {
        return switch (scale) {
            case Scale.Fixed _ -> List.of();
            case Scale.Autoscaled(int least, int most, int cpuPercent) ->
                List.of(new HorizontalPodAutoscalerBuilder()
                        .withMetadata(metadata)
                        .withNewSpec()
                        .withNewScaleTargetRef("apps/v1", "Deployment", metadata.getName())
                        .withMinReplicas(least)
                        .withMaxReplicas(most)
                        .addNewMetric()
                        .withType("Resource")
                        .withNewResource()
                        .withName("cpu")
                        .withNewTarget()
                        .withType("Utilization")
                        .withAverageUtilization(cpuPercent)
                        .endTarget()
                        .endResource()
                        .endMetric()
                        .endSpec()
                        .build());
        };
    }
}
