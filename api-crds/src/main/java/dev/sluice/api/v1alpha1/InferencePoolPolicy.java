package dev.sluice.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// The policy tells how Sluice treats the pools that it is attached to.
@Group(InferenceModel.GROUP)
@Version("v1alpha1")
@Plural("inferencepoolpolicies")
@ShortNames("infpolicy")
@AdditionalPrinterColumn(
        name = "Pool",
        jsonPath = ".spec.targetRefs[*].name",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Endpoints",
        jsonPath = ".status.pools[*].readyEndpoints",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Saturation",
        jsonPath = ".status.pools[*].saturation",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Accepted",
        jsonPath = ".status.conditions[?(@.type==\"Accepted\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Scheduling",
        jsonPath = ".spec.scheduling.policy",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Responses",
        jsonPath = ".spec.responseProcessing",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class InferencePoolPolicy extends CustomResource<InferencePoolPolicySpec, InferencePoolPolicyStatus>
        implements Namespaced {}
