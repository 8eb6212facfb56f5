package dev.sluice.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/// The parameters of a Gateway, which its `spec.infrastructure.parametersRef` names: how many Envoys run for it, and
/// how their pods and its Service differ from the installation's.
@Group(InferenceModel.GROUP)
@Version("v1alpha1")
@Plural("gatewayparameters")
@Singular("gatewayparameters")
@ShortNames("gwparams")
@AdditionalPrinterColumn(name = "Replicas", jsonPath = ".spec.replicas", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class GatewayParameters extends CustomResource<GatewayParametersSpec, Void> implements Namespaced {}
