package dev.sluice.operator.app;

import dev.sluice.operator.extension.ExtensionServer;
import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.plan.Plan;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The configuration tells how one replica of the operator differs from another.
///
/// @param controllerName the `controllerName` of the GatewayClasses whose Gateways it runs
/// @param images how those of Envoys and pickers are pulled
public record ControlPlaneConfig(
        String controllerName,
        Replica replica,
        ServingAddresses serving,
        ManifestSettings.Images images,
        ManifestSettings.EnvoyOptions envoy,
        ManifestSettings.PickerSettings picker) {

    /// @param namespace of the installation, and of its lease
    /// @param identity of this replica among the others
    /// @param leaderElection whether other replicas may run; without it, this one always leads
    public record Replica(String namespace, String identity, boolean leaderElection) {}

    /// @param xds where Envoys are served
    /// @param http where probes and Prometheus are
    /// @param advertisedXds where Envoys are told to go
    /// @param extension of the server that Envoy Gateway asks; null: Sluice runs Envoys of its own
    public record ServingAddresses(
            InetSocketAddress xds,
            InetSocketAddress http,
            Plan.Address advertisedXds,
            ExtensionServer.@Nullable Options extension) {}
}
