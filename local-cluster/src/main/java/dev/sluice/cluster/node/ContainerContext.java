package dev.sluice.cluster.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The context that a container is started with, after every name and address in it has become one of this
/// machine.
///
/// @param address the pod's
/// @param arguments the manifest's; the first word of a `command` is left out, as it names what the image runs
/// @param environment the manifest's
/// @param folder the working folder
public record ContainerContext(
        ContainerName name, String address, List<String> arguments, Map<String, String> environment, Path folder) {

    public record ContainerName(String namespace, String pod, String container) {}

    public ContainerContext {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    ContainerContext withArguments(List<String> value) {
        return new ContainerContext(name, address, value, environment, folder);
    }

    /// The option is among the arguments, as `--name value` or as `--name=value`.
    public boolean has(String option) {
        return arguments.stream().anyMatch(argument -> argument.equals(option) || argument.startsWith(option + "="));
    }
}
