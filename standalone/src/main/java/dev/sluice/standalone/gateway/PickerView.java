package dev.sluice.standalone.gateway;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.picker.kube.Resources;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/// The folder as the picker sees it.
record PickerView(ResourceSet folder) implements Resources {
    @Override
    public List<InferencePool> pools() {
        return folder.all(InferencePool.class);
    }

    @Override
    public List<InferenceModel> models() {
        return folder.all(InferenceModel.class);
    }

    @Override
    public List<InferencePoolPolicy> policies() {
        return folder.all(InferencePoolPolicy.class);
    }

    @Override
    public List<Pod> pods() {
        return folder.all(Pod.class);
    }
}
