package dev.sluice.operator.resolve;

import dev.sluice.api.v1alpha1.GatewayParameters;
import dev.sluice.api.v1alpha1.GatewayParametersSpec;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.ObjectPatch;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.LocalParametersReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The options of one Gateway, from the [GatewayParameters] that it refers to.
///
/// @param replicas of its Envoys; null for the installation's number
/// @param fault of the reference or of what it refers to, with the field, for the Gateway's condition; null for none.
///     With one the options change nothing
public record GatewayOptions(
        @Nullable Integer replicas,
        Patch<PodTemplateSpec> pod,
        Patch<Service> service,
        @Nullable String fault) {

    private static final String REFERENCE = "spec.infrastructure.parametersRef: ";
    private static final String KIND = "GatewayParameters";

    public static GatewayOptions of(Gateway gateway, Resources resources) {
        LocalParametersReference reference = gateway.getSpec().getInfrastructure() == null
                ? null
                : gateway.getSpec().getInfrastructure().getParametersRef();
        if (reference == null) {
            return unchanged(null);
        }
        if (!InferenceModel.GROUP.equals(reference.getGroup()) || !KIND.equals(reference.getKind())) {
            return unchanged(REFERENCE + "must name a " + KIND + " of " + InferenceModel.GROUP + ", not a "
                    + reference.getKind() + " of " + reference.getGroup());
        }
        String namespace = gateway.getMetadata().getNamespace();
        Optional<GatewayParameters> named =
                Resources.find(resources.all(GatewayParameters.class), namespace, reference.getName());
        return named.map(GatewayOptions::of)
                .orElseGet(() -> unchanged(
                        REFERENCE + "no " + KIND + " " + namespace + "/" + reference.getName() + " exists; create it"));
    }

    private static GatewayOptions of(GatewayParameters parameters) {
        GatewayParametersSpec spec = parameters.getSpec();
        if (spec == null) {
            return unchanged(null);
        }
        try {
            return new GatewayOptions(
                    spec.replicas(),
                    patch("podTemplate", spec.podTemplate(), PodTemplateSpec.class),
                    patch("service", spec.service(), Service.class),
                    null);
        } catch (IllegalArgumentException wrong) {
            return unchanged(KIND + " " + Resources.name(parameters) + ": " + wrong.getMessage());
        }
    }

    private static <T> Patch<T> patch(String field, @Nullable ObjectPatch value, Class<T> type) {
        try {
            return value == null ? Patch.none(type) : Patch.parse(Serialization.asJson(value.fields()), type);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("spec." + field + "." + wrong.getMessage(), wrong);
        }
    }

    private static GatewayOptions unchanged(@Nullable String fault) {
        return new GatewayOptions(null, Patch.none(PodTemplateSpec.class), Patch.none(Service.class), fault);
    }
}
