package dev.sluice.cluster.binary;

import dev.sluice.standalone.envoy.Checkout;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder of `local-cluster/src/main/go` with nothing but a `go.mod`: it pins what is built, and the Go toolchain
/// does the rest.
///
/// Built is in a copy outside the checkout, under a name that changes with the `go.mod`, so that checkouts share what
/// they have in common and a change of the file is a new build.
enum GoModule {
    ETCD("etcd", "go.etcd.io/etcd/server/v3"),
    KUBERNETES("kubernetes", "k8s.io/kubernetes"),
    HELM("helm", "helm.sh/helm/v3"),
    ECHO("echo", "sigs.k8s.io/gateway-api"),
    KUBECONFORM("kubeconform", "github.com/yannh/kubeconform"),
    KUBE_SCORE("kube-score", "github.com/zegl/kube-score"),
    REGISTRY("registry", "github.com/distribution/distribution/v3"),
    COSIGN("cosign", "github.com/sigstore/cosign/v3"),
    OSV_SCANNER("osv-scanner", "github.com/google/osv-scanner/v2"),
    ENVOY_GATEWAY("envoy-gateway", "github.com/envoyproxy/gateway");

    /// A cold build of Kubernetes on two cores, downloads included, takes six.
    private static final int BUILD_MINUTES = 40;

    private final String folder;
    private final String requirement;

    /// @param requirement the module whose version counts
    GoModule(String folder, String requirement) {
        this.folder = folder;
        this.requirement = requirement;
    }

    /// The pinned version, such as `v1.34.4`.
    String version() {
        Matcher line = Pattern.compile("(?m)^\\s*(?:require )?" + Pattern.quote(requirement) + " (v\\S+)")
                .matcher(text());
        if (!line.find()) {
            throw new IllegalStateException(file() + " does not require " + requirement);
        }
        return line.group(1);
    }

    /// Builds a program unless that has been done. Two processes may come here at once: one builds, the other waits.
    Path build(String program, String source, List<String> recipe, SourceEdit edit)
            throws IOException, InterruptedException {
        String name = edit.isNone() ? program : program + "-" + edit.fingerprint();
        Path built = workFolder().resolve("bin").resolve(name);
        if (Files.isExecutable(built)) {
            return built;
        }
        return locked(work -> {
            if (!Files.isExecutable(built)) {
                Path fresh = Files.createDirectories(built.getParent()).resolve("." + name);
                List<String> command = new ArrayList<>(recipe);
                command.addAll(List.of("-o", fresh.toString()));
                if (!edit.isNone()) {
                    command.add("-modfile=" + edited(work, edit));
                }
                command.add(source);
                go(work, command);
                Files.move(fresh, built, StandardCopyOption.ATOMIC_MOVE);
            }
            return built;
        });
    }

    /// The folder of a required module's sources, which the toolchain downloads once.
    Path sources() throws IOException, InterruptedException {
        return locked(work -> sources(work, requirement));
    }

    /// A `go.mod` that names the changed copy.
    private Path edited(Path work, SourceEdit edit) throws IOException, InterruptedException {
        Path copy = edit.copy(sources(work, edit.module()), work.resolve("edited"));
        Path file = Files.copy(work.resolve("go.mod"), work.resolve("edited.mod"), StandardCopyOption.REPLACE_EXISTING);
        go(work, List.of("mod", "edit", "-replace=%s=%s".formatted(edit.module(), copy), file.toString()));
        return file;
    }

    private Path sources(Path work, String module) throws IOException, InterruptedException {
        go(work, List.of("mod", "download", module));
        return Path.of(go(work, List.of("list", "-m", "-f", "{{.Dir}}", module)).strip());
    }

    private interface Step {
        Path in(Path work) throws IOException, InterruptedException;
    }

    private Path locked(Step step) throws IOException, InterruptedException {
        Path work = Files.createDirectories(workFolder());
        // Within one JVM a second lock of the same file is an error: its threads take turns first.
        synchronized (this) {
            try (FileChannel channel = FileChannel.open(
                            work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                if (Files.notExists(work.resolve("go.mod"))) {
                    Files.copy(file(), work.resolve("go.mod"));
                }
                return step.in(work);
            }
        }
    }

    /// Runs the toolchain and returns what it wrote to its standard output.
    private String go(Path work, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(toolchain().toString()));
        command.addAll(arguments);
        Path output = Files.createTempFile("sluice-go", ".out");
        Path log = Files.createTempFile("sluice-go", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(output.toFile())
                .redirectError(log.toFile());
        builder.environment().putAll(Map.of("GOFLAGS", "-mod=mod -buildvcs=false", "GOWORK", "off"));
        // A machine may be told to use no toolchain but its own; the module proxy serves the one that is pinned here.
        newerToolchain().ifPresent(each -> builder.environment().put("GOTOOLCHAIN", each));
        Process process = builder.start();
        try {
            if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("`go %s` failed for %s:%n%s"
                        .formatted(String.join(" ", arguments), file(), Files.readString(log)));
            }
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
            Files.delete(log);
        }
    }

    /// The toolchain that the module asks for, such as `go1.27.3`, where the oldest supported one is too old for it.
    private Optional<String> newerToolchain() {
        Matcher line = Pattern.compile("(?m)^toolchain (\\S+)$").matcher(text());
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    private static Path toolchain() throws IOException {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, "go"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new MissingProgramException(
                                "$KUBEBUILDER_ASSETS does not name all of Kubernetes, and there is no Go on the PATH to build the rest."));
    }

    private Path workFolder() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path cache = named.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(named);
        return cache.resolve("sluice").resolve("%s-%s-%s".formatted(folder, version(), fingerprint()));
    }

    private String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    private String text() {
        try {
            return Files.readString(file());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path file() {
        return Checkout.root()
                .resolve("local-cluster/src/main/go")
                .resolve(folder)
                .resolve("go.mod");
    }
}
