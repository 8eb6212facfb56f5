package dev.sluice.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// A priority by name, for the whole cluster, like Kubernetes' own PriorityClass.
@Group(InferenceModel.GROUP)
@Version("v1alpha1")
@Plural("inferencepriorityclasses")
@ShortNames("infpc")
@AdditionalPrinterColumn(name = "Value", jsonPath = ".spec.value", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Default", jsonPath = ".spec.default", type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(
        name = "Preemption",
        jsonPath = ".spec.preemptionPolicy",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class InferencePriorityClass extends CustomResource<InferencePriorityClassSpec, Void> {}
