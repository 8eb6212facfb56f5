package dev.sluice.picker.kube;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/// The resources the picker works from, as they are now: from an API server's informers, or from a folder.
public interface Resources {
    List<InferencePool> inferencePools();

    List<InferenceModel> inferenceModels();

    List<InferencePoolPolicy> inferencePoolPolicies();

    List<Pod> pods();
}
