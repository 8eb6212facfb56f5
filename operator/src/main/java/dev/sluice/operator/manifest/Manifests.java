package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.Installation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.List;
import java.util.stream.Stream;

/// All that shall run: an Envoy for each Gateway, a picker where pools need one, and what these need.
public final class Manifests {

    private Manifests() {}

    /// @param gateways those of this installation
    /// @param pools all of the cluster
    public static List<HasMetadata> of(
            List<Gateway> gateways, List<InferencePool> pools, Installation installation, ManifestSettings settings) {
        Stream<HasMetadata> envoys = gateways.stream()
                .filter(gateway -> gateway.getMetadata().getDeletionTimestamp() == null)
                .flatMap(gateway -> EnvoyManifests.of(gateway, settings.envoy()).stream());
        Stream<HasMetadata> pickers = PickerSite.of(pools, installation).stream()
                .flatMap(site -> PickerManifests.of(site, settings).stream());
        return Stream.concat(envoys, pickers)
                .peek(object -> object.getMetadata().getLabels().put(Names.INSTALLATION, settings.namespace()))
                .toList();
    }
}
