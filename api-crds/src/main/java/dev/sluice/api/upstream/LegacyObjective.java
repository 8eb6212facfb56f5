package dev.sluice.api.upstream;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/// An InferenceObjective of the group where upstream had it first.
@Group("inference.networking.x-k8s.io")
@Version("v1alpha2")
@Kind("InferenceObjective")
@Plural("inferenceobjectives")
public class LegacyObjective extends Objective {}
