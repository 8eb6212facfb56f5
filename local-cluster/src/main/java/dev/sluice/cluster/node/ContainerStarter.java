package dev.sluice.cluster.node;

import dev.sluice.cluster.controlplane.Credentials;
import dev.sluice.cluster.node.Image.Launch;
import dev.sluice.cluster.node.spec.Environment;
import dev.sluice.cluster.node.spec.PodApi;
import dev.sluice.cluster.node.spec.StartFailure;
import dev.sluice.cluster.node.spec.Translation;
import dev.sluice.cluster.node.spec.Volumes;
import dev.sluice.cluster.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Starts the containers of one pod: finds the image, translates what the manifest says, and runs the result.
record ContainerStarter(
        PodSandbox sandbox,
        Images images,
        PodApi api,
        Credentials credentials,
        Environment environment,
        Translation translation) {

    /// The sandbox of a pod holds what its containers share.
    ///
    /// @param folder logs, and the file system
    record PodSandbox(Pod pod, String address, Path folder, Volumes volumes) {}

    private static final String API_ACCESS = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final Duration TOKEN_LIFETIME = Duration.ofDays(365);

    RunningContainer start(Container container) throws StartFailure, IOException, InterruptedException {
        Image image = images.find(container.getImage())
                .orElseThrow(() -> new StartFailure(
                        "ErrImagePull", "the table of images has nothing for " + container.getImage()));
        Translation words = image instanceof Image.Archived ? translation.withoutMounts() : translation;
        Map<String, String> variables = new HashMap<>();
        for (var entry : environment.of(container).entrySet()) {
            variables.put(entry.getKey(), words.of(entry.getValue()));
        }
        ContainerContext context = new ContainerContext(
                new ContainerContext.ContainerName(
                        sandbox.pod().getMetadata().getNamespace(),
                        sandbox.pod().getMetadata().getName(),
                        container.getName()),
                sandbox.address(),
                expand(arguments(container), words, variables),
                variables,
                Files.createDirectories(sandbox.folder().resolve("work")));
        return switch (image) {
            case Image.Program program -> run(container, program.launch(context), context);
            case Image.InJvm service -> run(service, context);
            case Image.Archived archived -> {
                List<String> entryPoint =
                        container.getCommand().stream().limit(1).toList();
                yield new ArchivedStarter(sandbox, credentials)
                        .start(container, archived, context, expand(entryPoint, words, variables));
            }
        };
    }

    private static List<String> arguments(Container container) {
        return Stream.concat(container.getCommand().stream().skip(1), container.getArgs().stream())
                .toList();
    }

    /// @param variables translated already
    private static List<String> expand(List<String> words, Translation translation, Map<String, String> variables)
            throws StartFailure {
        List<String> expanded = new ArrayList<>();
        for (String word : words) {
            expanded.add(Environment.expand(translation.of(word), variables));
        }
        return expanded;
    }

    private RunningContainer run(Container container, Launch launch, ContainerContext context)
            throws IOException, StartFailure {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        all.put("HOME", context.folder().toString());
        all.put("HOSTNAME", sandbox.pod().getMetadata().getName());
        kubeconfig(container).ifPresent(file -> all.put("KUBECONFIG", file.toString()));
        all.putAll(context.environment());
        all.putAll(launch.environment());
        ChildProcess process = ChildProcess.start(
                launch.command(), all, context.folder(), sandbox.folder().resolve(container.getName() + ".log"));
        return RunningContainer.OfProcess.of(process);
    }

    private static RunningContainer run(Image.InJvm service, ContainerContext context) throws StartFailure {
        try {
            return RunningContainer.OfJvm.of(service.start(context));
        } catch (Exception failed) {
            throw new StartFailure("RunContainerError", failed.toString());
        }
    }

    /// The file that stands for the files in that folder, which hardly a client looks for outside a
    /// container.
    private Optional<Path> kubeconfig(Container container) throws IOException {
        if (container.getVolumeMounts().stream()
                .noneMatch(mount -> mount.getMountPath().equals(API_ACCESS))) {
            return Optional.empty();
        }
        String token = api.token(sandbox.pod(), List.of(), TOKEN_LIFETIME);
        Path file = sandbox.folder().resolve("kubeconfig");
        Files.writeString(
                file, credentials.kubeconfig(token, sandbox.pod().getMetadata().getNamespace()));
        return Optional.of(file);
    }
}
