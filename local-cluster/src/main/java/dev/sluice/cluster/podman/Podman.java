package dev.sluice.cluster.podman;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A store of images and containers of its own, which goes with all that is in it: when it is closed, and with this
/// JVM in any case.
public final class Podman implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("podman", "runc");
    private static final Duration END_PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN_CHARACTERS = 4_000;

    /// Waits until nobody holds the other end of its pipe any more. A killed JVM runs no shutdown hook.
    private static final String GUARD = """
            trap '' INT TERM HUP
            folder=$1
            shift
            read -r _
            "$@" rm --all --force --time=2
            "$@" system reset --force
            rm -rf "$folder"
            # The end of a container starts a podman of its own, which may make the folder anew.
            sleep 2
            rm -rf "$folder"
            """;

    private final List<String> command;
    private final Process guard;

    private Podman(Path folder, String driver) throws IOException {
        this.command = command(folder, driver);
        List<String> guarding = new ArrayList<>(List.of("sh", "-c", GUARD, "podman-guard", folder.toString()));
        guarding.addAll(command);
        this.guard = new ProcessBuilder(guarding)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Makes an empty store.
    public static Podman start() throws IOException, InterruptedException {
        // Not in the folder of a cluster: podman takes no --runroot of more than 50 characters.
        Path folder = Files.createTempDirectory("sluice-podman");
        return new Podman(folder, driver(folder));
    }

    /// The fast one where the file system can carry it, which one that is an overlay itself cannot.
    private static String driver(Path folder) throws IOException, InterruptedException {
        try {
            var _ = run(command(folder, "overlay"), "info");
            return "overlay";
        } catch (IOException cannot) {
            return "vfs";
        }
    }

    private static List<String> command(Path folder, String driver) {
        return List.of(
                "podman",
                // A store stays with the driver that it was made with.
                "--root=" + folder.resolve(driver),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--storage-driver=" + driver,
                "--cgroup-manager=cgroupfs",
                "--events-backend=none",
                // crun refuses a machine with both generations of cgroups.
                "--runtime=runc");
    }

    /// The things that running containers needs and this machine lacks, with what to do; empty where nothing is.
    public static String missing() {
        List<String> missing = new ArrayList<>(
                PROGRAMS.stream().filter(each -> !isOnPath(each)).toList());
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root's rights");
        }
        return missing.isEmpty()
                ? ""
                : "images are run by podman with runc as root; missing: " + String.join(", ", missing)
                        + ". On Debian: apt-get install --no-install-recommends podman runc iptables conmon";
    }

    private static boolean isOnPath(String program) {
        return Stream.concat(Arrays.stream(path().split(":", -1)), Stream.of("/usr/sbin"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /// Loads an archive, and returns the image's name.
    public String load(Path archive) throws IOException, InterruptedException {
        String told = run("load", "--input=" + archive);
        return told.substring(told.lastIndexOf("Loaded image") + "Loaded image: ".length())
                .strip();
    }

    /// Runs podman to its end, and returns what it printed on both of its outputs.
    public String run(String... arguments) throws IOException, InterruptedException {
        return run(command, arguments);
    }

    private static String run(List<String> command, String... arguments) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("`podman %s` ended with code %d: %s"
                    .formatted(
                            String.join(" ", arguments),
                            code,
                            output.substring(Math.max(0, output.length() - SHOWN_CHARACTERS))));
        }
        return output;
    }

    /// The command line of podman with this store.
    List<String> command(List<String> arguments) {
        return Stream.concat(command.stream(), arguments.stream()).toList();
    }

    /// Removes all containers and images.
    @Override
    public void close() throws IOException {
        guard.getOutputStream().close();
        try {
            if (!guard.waitFor(END_PATIENCE)) {
                throw new IOException("podman has not removed its containers and images within " + END_PATIENCE);
            }
        } catch (InterruptedException interrupted) {
            // It goes on by itself.
            Thread.currentThread().interrupt();
        }
    }
}
