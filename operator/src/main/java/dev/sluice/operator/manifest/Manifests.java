package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.GatewayOptions;
import dev.sluice.operator.resolve.backend.NativePool;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// All that shall run: an Envoy for each Gateway, a picker where pools need one, and what these need; and the Services
/// by which other gateways come to pickers.
public final class Manifests {

    private Manifests() {}

    /// @param gateways those of this installation
    public static List<HasMetadata> of(
            List<Gateway> gateways, Resources resources, Installation installation, ManifestSettings settings) {
        Stream<HasMetadata> envoys = gateways.stream()
                .filter(gateway ->
                        !installation.guest() && gateway.getMetadata().getDeletionTimestamp() == null)
                .flatMap(gateway -> {
                    ManifestSettings.EnvoySettings envoy = settings.envoy().with(GatewayOptions.of(gateway, resources));
                    return EnvoyManifests.of(gateway, settings.images(), envoy).stream();
                });
        List<NativePool> natives = NativePool.all(resources, installation);
        List<PickerSite> sites = PickerSite.of(resources.all(InferencePool.class), natives, installation);
        Stream<HasMetadata> pickers = sites.stream().flatMap(site -> PickerManifests.of(site, settings).stream());
        Stream<HasMetadata> accesses = NativeServices.of(natives, sites, resources, settings.namespace()).stream();
        return Stream.of(envoys, pickers, accesses)
                .flatMap(Function.identity())
                .peek(object -> object.getMetadata().getLabels().put(Names.INSTALLATION, settings.namespace()))
                .toList();
    }
}
