package dev.sluice.standalone.gateway;

import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/// The folder as both the operator and the picker see their resources.
record FolderView(ResourceSet folder)
        implements dev.sluice.operator.resolve.resources.Resources, dev.sluice.picker.kube.Resources {
    @Override
    public <T extends HasMetadata> List<T> all(Class<T> kind) {
        return folder.all(kind);
    }
}
