package dev.sluice.cluster.node;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.node.Image.Launch;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The table of images: which stand for what here. Registries and tags do not count.
///
/// Tests add their own under names of their own.
public final class Images {
    /// These processes share a few cores, and live for minutes: what counts is how soon they serve.
    private static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:+UseCompactObjectHeaders",
            "-Dio.netty.leakDetection.level=disabled",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final Map<String, Image> table = new ConcurrentHashMap<>();

    /// Sluice's own, Envoy, and what upstream's conformance suites deploy.
    public static Images standard() {
        Images images = new Images();
        images.register("sluice/operator", (Image.Program)
                context -> java("dev.sluice.operator.app.Main", "256m", listening(context, "--bind-address")));
        images.register("sluice/endpoint-picker", (Image.Program) Images::picker);
        images.register("sluice/simulator", (Image.Program)
                context -> java("dev.sluice.simulator.app.Main", "192m", listening(context, "--host")));
        images.register("envoyproxy/envoy", (Image.Program) Images::envoy);
        images.register("echo-basic", (Image.Program) Images::echo);
        // Gateway API's suite waits until it is ready, and asks it something only in the cases of UDPRoute: there is no
        // UDP here, so that these cannot pass.
        images.register("coredns", (Image.InJvm) _ -> () -> {});
        // Upstream's light endpoint picker, in whose place Sluice's stands the same tests.
        images.register("lwepp", (Image.Program) context -> {
            List<String> arguments = new ArrayList<>(context.arguments());
            arguments.add("--test-hooks");
            return picker(context.withArguments(arguments));
        });
        return images;
    }

    /// @param name the last words of the image's path, such as `sluice/operator` or `echo-basic`
    public void register(String name, Image image) {
        table.put(name, image);
    }

    /// The image that the reference stands for.
    ///
    /// @param reference as in a manifest, such as `registry.example/sluice/operator:1.0`
    Optional<Image> find(String reference) {
        String path = withoutTag(reference);
        while (true) {
            Image image = table.get(path);
            if (image != null) {
                return Optional.of(image);
            }
            int slash = path.indexOf('/');
            if (slash < 0) {
                return Optional.empty();
            }
            path = path.substring(slash + 1);
        }
    }

    private static String withoutTag(String reference) {
        int digest = reference.indexOf('@');
        String tagged = digest < 0 ? reference : reference.substring(0, digest);
        int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        return colon < 0 ? tagged : tagged.substring(0, colon);
    }

    private static Launch picker(ContainerContext context) {
        return java("dev.sluice.picker.app.Main", "128m", listening(context, "--bind-address"));
    }

    /// The arguments, with the pod's address where they name none: every process of this machine sees every address.
    private static List<String> listening(ContainerContext context, String option) {
        List<String> arguments = new ArrayList<>(context.arguments());
        boolean isSubcommand = !arguments.isEmpty() && !arguments.getFirst().startsWith("-");
        if (!isSubcommand && !context.has(option)) {
            arguments.add(option + "=" + context.address());
        }
        return arguments;
    }

    private static Launch java(String main, String heap, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(JVM_FLAGS);
        command.add("-Xmx" + heap);
        command.add(main);
        command.addAll(arguments);
        return new Launch(command, Map.of("CLASSPATH", System.getProperty("java.class.path")));
    }

    private static Launch envoy(ContainerContext context) throws IOException {
        List<String> command = new ArrayList<>(List.of(EnvoyBinary.locate().toString()));
        command.addAll(context.arguments());
        if (!context.has("--disable-hot-restart")) {
            // Hot restart shares memory and sockets between Envoys of one machine: these must not meet.
            command.add("--disable-hot-restart");
        }
        if (!context.has("--concurrency")) {
            command.addAll(List.of("--concurrency", "1"));
        }
        return new Launch(command, Map.of());
    }

    private static Launch echo(ContainerContext context) throws IOException, InterruptedException {
        return new Launch(
                List.of(GoBinary.ECHO_BASIC.locate().toString()), Map.of("LISTEN_ADDRESS", context.address()));
    }
}
