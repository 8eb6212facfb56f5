package dev.sluice.cluster.node;

import dev.sluice.cluster.node.Image.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An image of this checkout, which a process of its classes can stand for.
///
/// @param name of the program, such as `operator`
/// @param main the class
/// @param heap the process's, such as `256m`
/// @param addressOption names the address that it listens on
record SluiceImage(String name, String main, String heap, String addressOption) {
    /// These processes share a few cores, and live for minutes: what counts is how soon they serve.
    private static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+UseCompactObjectHeaders",
            "-Dio.netty.leakDetection.level=disabled",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    String reference() {
        return "sluice/" + name;
    }

    /// The arguments, with the pod's address where they name none: every process of this machine sees every address.
    List<String> arguments(ContainerContext context) {
        List<String> arguments = new ArrayList<>(context.arguments());
        boolean isSubcommand = !arguments.isEmpty() && !arguments.getFirst().startsWith("-");
        if (!isSubcommand && !context.has(addressOption)) {
            arguments.add(addressOption + "=" + context.address());
        }
        return arguments;
    }

    /// The same by a process.
    Launch launch(ContainerContext context) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(JVM_FLAGS);
        command.add("-Xmx" + heap);
        command.add(main);
        command.addAll(arguments(context));
        return new Launch(command, Map.of("CLASSPATH", System.getProperty("java.class.path")));
    }
}
