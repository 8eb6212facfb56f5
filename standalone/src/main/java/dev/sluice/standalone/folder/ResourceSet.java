package dev.sluice.standalone.folder;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/// A consistent state of the folder: every resource of every file, endpoints as pods, in the order of the
/// file names.
public record ResourceSet(List<HasMetadata> resources) {
    public ResourceSet {
        resources = List.copyOf(resources);
    }

    /// The resources of one type.
    public <T extends HasMetadata> List<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
