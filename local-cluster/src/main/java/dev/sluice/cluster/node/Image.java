package dev.sluice.cluster.node;

import dev.sluice.cluster.podman.ImageArchive;
import dev.sluice.cluster.podman.Podman;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The program or the container that stands for a container image here.
public sealed interface Image {
    /// Runs its arguments in a shell.
    Program SHELL = context -> new Launch(
            Stream.concat(Stream.of("sh", "-c"), context.arguments().stream()).toList(), Map.of());

    /// A process of this machine.
    non-sealed interface Program extends Image {
        Launch launch(ContainerContext context) throws IOException, InterruptedException;
    }

    /// Something that this JVM does itself, so that hundreds of pods cost little.
    non-sealed interface InJvm extends Image {
        /// Starts it; it serves when this returns, until it is closed.
        AutoCloseable start(ContainerContext context) throws Exception;
    }

    /// A container of an image that was built from this checkout.
    ///
    /// @param arguments what the image's entry point, or the manifest's command, is told
    record Archived(Podman podman, ImageArchive archive, Function<ContainerContext, List<String>> arguments)
            implements Image {}

    /// The command that runs a program.
    ///
    /// @param environment beside the manifest's, and stronger
    record Launch(List<String> command, Map<String, String> environment) {
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
