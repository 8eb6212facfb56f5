package dev.sluice.release.app;

import dev.sluice.release.program.Cosign;
import dev.sluice.release.program.Git;
import dev.sluice.release.program.Helm;
import dev.sluice.release.program.Registry;
import dev.sluice.release.version.Repository;
import dev.sluice.release.version.SemanticVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The `bin/release` command.
@Command(
        name = "release",
        description = {
            "Pushes the images and charts of a version to a registry, by digest, and writes what is told of them:"
                    + " checksums, bills of materials, provenance, notes and install.yaml.",
            "It reads the logins of docker and podman, and the password of the key from COSIGN_PASSWORD."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private final Path checkout;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "VERSION", description = "The version, such as 1.2.3 or 1.2.3-rc.1.")
    private String version = "";

    @Option(
            names = "--registry",
            required = true,
            description = "The place at a registry, such as registry.example/team: images get below it the names"
                    + " sluice/operator and so on, charts charts/sluice and charts/sluice-crds.")
    private String registry = "";

    @Option(names = "--key", description = "A private key of cosign, which signs. Without it nothing is signed.")
    private @Nullable Path key;

    @Option(names = "--plain-http", description = "The registry may speak HTTP without TLS.")
    private boolean plainHttp;

    @Option(names = "--images", description = "The output of bin/images of this commit; by default it is built now.")
    private @Nullable Path images;

    @Option(names = "--arch", description = "What is built: amd64, arm64, all, or host.", defaultValue = "all")
    private String architectures = "";

    @Option(names = "--output", description = "The folder of files; target/release/VERSION by default.")
    private @Nullable Path output;

    private Main(Path checkout) {
        this.checkout = checkout;
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath();
        System.exit(execute(home, out, err, arguments));
    }

    /// Makes a release of a checkout.
    ///
    /// @return the exit status; not 0 for no release, the reason of which is on `err`
    public static int execute(Path checkout, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new Main(checkout));
        return line.setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (!(failure instanceof IOException || failure instanceof IllegalArgumentException)) {
                        throw failure;
                    }
                    command.getErr().println("release: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        SemanticVersion released = SemanticVersion.parse(version);
        Path files = output == null
                ? checkout.resolve("target/release").resolve(released.toString())
                : output.toAbsolutePath();
        ReleaseRequest request = new ReleaseRequest(
                released,
                new Repository(registry),
                Optional.ofNullable(key),
                Optional.ofNullable(images),
                architectures,
                files);
        Path work = Files.createTempDirectory("sluice-release");
        try {
            Optional<Cosign> cosign = request.key().isPresent()
                    ? Optional.of(new Cosign(work, request.key().get(), plainHttp))
                    : Optional.empty();
            Release.Parts parts = new Release.Parts(
                    work, new Git(checkout), new Registry(checkout, plainHttp), new Helm(checkout, plainHttp), cosign);
            new Release(checkout, request, parts, spec.commandLine().getOut()).run();
            return 0;
        } finally {
            Folders.delete(work);
        }
    }
}
