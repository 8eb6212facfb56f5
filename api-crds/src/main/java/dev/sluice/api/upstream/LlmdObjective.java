package dev.sluice.api.upstream;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;

/// An InferenceObjective of the group where upstream keeps it now.
@Group("llm-d.ai")
@Version("v1alpha2")
@Kind("InferenceObjective")
@Plural("inferenceobjectives")
public class LlmdObjective extends Objective {}
