package dev.sluice.images.app;

import dev.sluice.images.component.Architecture;
import dev.sluice.images.component.Component;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The `bin/images` command.
@Command(
        name = "images",
        description = "Builds container images as archives that podman, docker and skopeo load.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {

    @Option(names = "--arch", description = "amd64, arm64, all, or host.", defaultValue = "host")
    private String arch = "";

    @Option(
            names = "--image",
            description = "An image to build: operator, endpoint-picker, simulator or sluice; may be repeated. "
                    + "All when it is not given.")
    private List<String> images = List.of();

    @Option(
            names = "--base",
            description = "What images stand on instead of files of Debian packages: an archive of `docker save`, or a "
                    + "reference such as registry.example/base@sha256:... It needs a C library and certificates.")
    private @Nullable String base;

    @Option(
            names = "--jdk",
            description =
                    "The JDK 25 for Linux whose modules images get, of the processor they are for. By default the "
                            + "JDK that runs this, and Debian's for another processor.")
    private @Nullable Path jdk;

    @Option(names = "--output", description = "The folder of the archives.", defaultValue = "target/images")
    private Path output = Path.of("");

    @Option(names = "--registry", description = "The registry before the images' names, such as registry.example/team.")
    private String registry = "";

    @Option(names = "--tag", description = "The images' tag; by default the version that the chart asks for.")
    private String tag = "";

    @Option(names = "--push", description = "Push the images to the registry, too.")
    private boolean push;

    @Option(
            names = "--aot",
            description = "A folder of JVM caches of an earlier build of the same commit, from which the same image "
                    + "comes again. Without it, training runs make them.")
    private @Nullable Path aot;

    @Option(names = "--no-aot", description = "Images without the JVM's cache, which start more slowly.")
    private boolean withoutAot;

    @Option(names = "--locked", description = "Fail when Debian's mirror no longer serves the locked packages.")
    private boolean locked;

    @Option(names = "--update-lock", description = "Write the packages that were used into the lock.")
    private boolean updateLock;

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        System.exit(line.setExecutionExceptionHandler((failure, command, _) -> {
                    if (!(failure instanceof IOException || failure instanceof IllegalArgumentException)) {
                        throw failure;
                    }
                    command.getErr().println("images: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath();
        List<Component> components = images.isEmpty()
                ? List.of(Component.values())
                : images.stream().map(Component::named).toList();
        ImageBuild build = new ImageBuild(
                home,
                new ImageBuild.Outputs(output, registry, tag, push),
                new ImageBuild.Inputs(
                        Optional.ofNullable(base), Optional.ofNullable(jdk), cachePolicy(), lockPolicy()));
        for (Architecture architecture : architectures()) {
            build.run(architecture, components);
        }
        return 0;
    }

    private ImageBuild.CachePolicy cachePolicy() {
        if (withoutAot) {
            return new ImageBuild.CachePolicy.None();
        }
        return aot == null ? new ImageBuild.CachePolicy.Train() : new ImageBuild.CachePolicy.Reuse(aot);
    }

    private ImageBuild.LockPolicy lockPolicy() {
        if (updateLock) {
            return ImageBuild.LockPolicy.UPDATE;
        }
        return locked ? ImageBuild.LockPolicy.ENFORCE : ImageBuild.LockPolicy.WARN;
    }

    private List<Architecture> architectures() {
        return switch (arch) {
            case "host" -> List.of(Architecture.host());
            case "all" -> List.of(Architecture.values());
            default ->
                Stream.of(Architecture.values())
                        .filter(each -> each.id().equals(arch))
                        .findFirst()
                        .map(List::of)
                        .orElseThrow(() ->
                                new IllegalArgumentException("--arch is amd64, arm64, all or host, not: " + arch));
        };
    }
}
