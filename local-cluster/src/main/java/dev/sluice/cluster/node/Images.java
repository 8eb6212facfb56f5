package dev.sluice.cluster.node;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.cluster.node.Image.Launch;
import dev.sluice.cluster.podman.ImageArchive;
import dev.sluice.cluster.podman.ImageReference;
import dev.sluice.cluster.podman.Podman;
import dev.sluice.standalone.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The table of images: which stand for what here. Registries do not count, nor do tags of what is not from an archive.
///
/// Tests add their own under names of their own.
public final class Images {
    private static final SluiceImage OPERATOR =
            new SluiceImage("operator", "dev.sluice.operator.app.Main", "256m", "--bind-address");
    private static final SluiceImage PICKER =
            new SluiceImage("endpoint-picker", "dev.sluice.picker.app.Main", "128m", "--bind-address");
    private static final SluiceImage SIMULATOR =
            new SluiceImage("simulator", "dev.sluice.simulator.app.Main", "192m", "--host");

    private final Map<String, Image> table = new ConcurrentHashMap<>();

    /// Sluice's own, Envoy, and what upstream's conformance suites deploy.
    public static Images standard() {
        Images images = new Images();
        for (SluiceImage own : List.of(OPERATOR, PICKER, SIMULATOR)) {
            images.register(own.reference(), (Image.Program) own::launch);
        }
        images.register("envoyproxy/envoy", (Image.Program) Images::envoy);
        images.register("echo-basic", (Image.Program) Images::echo);
        // Gateway API's suite waits until it is ready, and asks it something only in the cases of UDPRoute: there is no
        // UDP here, so that these cannot pass.
        images.register("coredns", (Image.InJvm) _ -> () -> {});
        // Upstream's light endpoint picker, in whose place Sluice's stands the same tests.
        images.register("lwepp", (Image.Program) context -> {
            List<String> arguments = new ArrayList<>(context.arguments());
            arguments.add("--test-hooks");
            return PICKER.launch(context.withArguments(arguments));
        });
        return images;
    }

    /// The same, but that Sluice's own are containers of what `bin/images` has built.
    ///
    /// @param archives the folder that it has written them to
    public static Images archived(Podman podman, Path archives) {
        Images images = standard();
        for (SluiceImage own : List.of(OPERATOR, PICKER, SIMULATOR)) {
            images.register(own.reference(), archived(podman, archives, own.name(), own::arguments));
        }
        images.register("sluice/sluice", archived(podman, archives, "sluice", ContainerContext::arguments));
        return images;
    }

    private static Image archived(
            Podman podman, Path archives, String name, Function<ContainerContext, List<String>> arguments) {
        return new Image.Archived(podman, ImageArchive.of(podman, archives, name), arguments);
    }

    /// @param name the last words of the image's path, such as `sluice/operator` or `echo-basic`
    public void register(String name, Image image) {
        table.put(name, image);
    }

    /// The image that the reference stands for.
    ///
    /// @param reference as in a manifest, such as `registry.example/sluice/operator:1.0`
    Optional<Image> find(String reference) {
        String path = ImageReference.parse(reference).path();
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
