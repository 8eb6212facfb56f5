package dev.sluice.cluster.node;

import dev.sluice.cluster.controlplane.Credentials;
import dev.sluice.cluster.node.ContainerStarter.PodSandbox;
import dev.sluice.cluster.node.spec.RunOptions;
import dev.sluice.cluster.node.spec.StartFailure;
import dev.sluice.cluster.podman.PodmanContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Starts the containers of one pod whose images have been built.
record ArchivedStarter(PodSandbox sandbox, Credentials credentials) {
    /// @param entryPoint the first word of the manifest's command, if it has one
    RunningContainer start(Container container, Image.Archived image, ContainerContext context, List<String> entryPoint)
            throws StartFailure, InterruptedException {
        List<String> words = new ArrayList<>(new RunOptions(sandbox.volumes()).of(container));
        environment(context).forEach((name, value) -> words.add("--env=" + name + "=" + value));
        if (!entryPoint.isEmpty()) {
            words.add("--entrypoint=" + Serialization.asJson(entryPoint));
        }
        words.add(load(container, image));
        words.addAll(image.arguments().apply(context));
        try {
            return RunningContainer.OfImage.of(
                    PodmanContainer.start(image.podman(), words, sandbox.folder(), container.getName()));
        } catch (IOException failed) {
            throw failure("CreateContainerError", failed);
        }
    }

    private static String load(Container container, Image.Archived image) throws StartFailure, InterruptedException {
        try {
            return image.archive().load(container.getImage());
        } catch (IOException failed) {
            throw failure("ErrImagePull", failed);
        }
    }

    private static StartFailure failure(String reason, IOException failed) {
        return new StartFailure(reason, Objects.requireNonNullElse(failed.getMessage(), failed.toString()));
    }

    /// The manifest's, and where the API server is.
    private Map<String, String> environment(ContainerContext context) {
        URI server = URI.create(credentials.server());
        Map<String, String> all = new HashMap<>();
        all.put("KUBERNETES_SERVICE_HOST", server.getHost());
        all.put("KUBERNETES_SERVICE_PORT", String.valueOf(server.getPort()));
        all.putAll(context.environment());
        return all;
    }
}
