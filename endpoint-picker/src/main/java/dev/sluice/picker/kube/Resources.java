package dev.sluice.picker.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/// The resources the picker works from, as they are now: from an API server's informers, or from a folder.
public interface Resources {

    /// Every object of a kind or of its subtypes, in any order; none of a kind that is not known where they come from.
    <T extends HasMetadata> List<T> all(Class<T> kind);
}
