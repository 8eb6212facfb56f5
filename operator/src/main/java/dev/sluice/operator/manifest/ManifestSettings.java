package dev.sluice.operator.manifest;

import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.resolve.GatewayOptions;
import dev.sluice.operator.resolve.Patch;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;

/// The settings tell what the objects that run for Gateways and pools look like, where no resource says it.
///
/// @param namespace of the installation: where the operator runs, and the picker of all pools
/// @param owner the operator's own Deployment, with which goes what belongs to no pool and no Gateway; may be absent
/// @param images how the images of all of them are pulled
/// @param envoy what runs for each Gateway
/// @param picker what runs for pools that name no picker of their own
public record ManifestSettings(
        String namespace, Owner owner, Images images, EnvoySettings envoy, PickerSettings picker) {

    /// The owner of an object: it goes with its owner.
    public sealed interface Owner {

        /// The object of that kind and name; in the installation's namespace.
        record Of(String apiVersion, String kind, String name, String uid) implements Owner {}

        /// Nobody: it goes when the operator finds that nothing needs it.
        record Nobody() implements Owner {}
    }

    /// @param pullPolicy `Always`, `IfNotPresent` or `Never`
    /// @param pullSecrets by name; each pod's must be in its own namespace
    public record Images(String pullPolicy, List<String> pullSecrets) {

        public Images {
            pullSecrets = List.copyOf(pullSecrets);
        }

        List<LocalObjectReference> references() {
            return pullSecrets.stream().map(LocalObjectReference::new).toList();
        }
    }

    /// @param scale of each Gateway's
    /// @param drainSeconds how long an Envoy whose pod is being deleted goes on with what is on its way
    /// @param resources of each Envoy
    /// @param service each Gateway's
    /// @param pod changes each Envoy's pods
    public record EnvoyOptions(
            String image,
            Scale scale,
            int drainSeconds,
            ResourceRequirements resources,
            ServiceOptions service,
            Patch<PodTemplateSpec> pod) {}

    /// @param type `LoadBalancer`, `NodePort` or `ClusterIP`
    /// @param patch changes the Service of each Gateway
    public record ServiceOptions(String type, Patch<Service> patch) {}

    /// @param options what the installation says of Envoys
    /// @param bootstrap what an Envoy is started with, as JSON
    /// @param ports which port is bound in place of a Gateway's
    public record EnvoySettings(EnvoyOptions options, String bootstrap, Settings.Ports ports) {

        /// The settings of one Gateway, with options of its own.
        EnvoySettings with(GatewayOptions own) {
            ServiceOptions service = new ServiceOptions(
                    options.service().type(), options.service().patch().then(own.service()));
            EnvoyOptions merged = new EnvoyOptions(
                    options.image(),
                    own.replicas() == null ? options.scale() : new Scale.Fixed(own.replicas()),
                    options.drainSeconds(),
                    options.resources(),
                    service,
                    options.pod().then(own.pod()));
            return new EnvoySettings(merged, bootstrap, ports);
        }
    }

    /// @param resources of each picker
    /// @param arguments more of the picker's command line
    /// @param pod changes each picker's pods
    public record PickerSettings(
            String image,
            PickerScope scope,
            Scale scale,
            ResourceRequirements resources,
            List<String> arguments,
            Patch<PodTemplateSpec> pod) {

        public PickerSettings {
            arguments = List.copyOf(arguments);
        }
    }
}
