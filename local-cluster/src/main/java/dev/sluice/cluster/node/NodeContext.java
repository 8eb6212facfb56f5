package dev.sluice.cluster.node;

import dev.sluice.cluster.controlplane.Credentials;
import dev.sluice.cluster.network.Network;
import dev.sluice.cluster.node.spec.PodApi;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;

/// The context that the pods of a node have in common.
///
/// @param folder holds a folder for each pod
record NodeContext(
        Network network, Images images, PodApi api, Credentials credentials, Path folder, Persistence persistence) {
    Path folder(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        return folder.resolve(metadata.getNamespace()).resolve(metadata.getName());
    }
}
