package dev.sluice.operator.app;

import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.net.InetSocketAddress;

/// How one replica of the operator differs from another.
///
/// @param controllerName the `controllerName` of the GatewayClasses whose Gateways it runs
/// @param namespace of the installation, and of its lease
/// @param identity of this replica among the others
/// @param xds where Envoys are served
/// @param http where probes and Prometheus are
/// @param xdsAddress where Envoys are told to go
/// @param leaderElection whether other replicas may run; without it, this one always leads
/// @param images how those of Envoys and pickers are pulled
public record ControlPlaneConfig(
        String controllerName,
        String namespace,
        String identity,
        InetSocketAddress xds,
        InetSocketAddress http,
        Plan.Address xdsAddress,
        boolean leaderElection,
        ManifestSettings.Images images,
        EnvoyOptions envoy,
        ManifestSettings.PickerSettings picker) {

    /// @param replicas for each Gateway
    /// @param serviceType of each Gateway's Service
    /// @param drainSeconds how long an Envoy whose pod is being deleted goes on with what is on its way
    /// @param resources of each Envoy
    public record EnvoyOptions(
            String image, int replicas, String serviceType, int drainSeconds, ResourceRequirements resources) {}
}
