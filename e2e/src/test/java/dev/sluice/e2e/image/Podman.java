package dev.sluice.e2e.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/// A store of images of its own, and containers in it.
final class Podman implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("podman", "runc");
    private static final int SHOWN_CHARACTERS = 4_000;

    private final Path folder;
    private final List<String> command;

    private Podman(Path folder) {
        this.folder = folder;
        // crun refuses a machine with both generations of cgroups.
        this.command = List.of(
                "podman",
                "--root=" + folder.resolve("root"),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--storage-driver=overlay",
                "--cgroup-manager=cgroupfs",
                "--events-backend=file",
                "--runtime=runc");
    }

    /// Makes an empty store; where this machine runs no containers, the test is skipped, or fails with `CI=true`.
    static Podman start() throws IOException {
        List<String> missing = new ArrayList<>(
                PROGRAMS.stream().filter(each -> !isOnPath(each)).toList());
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("root's rights");
        }
        if (!missing.isEmpty()) {
            String message = "images are run by podman with runc as root; missing: " + String.join(", ", missing)
                    + ". On Debian: apt-get install --no-install-recommends podman runc iptables conmon";
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException(message);
            }
            throw new TestAbortedException("skipped: " + message);
        }
        return new Podman(Files.createTempDirectory("sluice-podman"));
    }

    private static boolean isOnPath(String program) {
        return Stream.concat(
                        Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                .orElse("")
                                .split(":", -1)),
                        Stream.of("/usr/sbin"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /// Loads an archive, and returns the image's name.
    String load(Path archive) throws IOException, InterruptedException {
        String told = run("load", "--input=" + archive);
        return told.substring(told.lastIndexOf("Loaded image") + "Loaded image: ".length())
                .strip();
    }

    /// Starts a container as a pod of the chart is run, on this machine's network.
    Container run(Pod pod) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--pull=never",
                "--network=host",
                "--read-only",
                "--read-only-tmpfs=false",
                "--tmpfs=/tmp:rw,mode=1777,size=64m",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges",
                "--ulimit=nofile=20000:20000",
                "--ulimit=nproc=1000:1000",
                "--user=" + pod.user(),
                "--memory=" + pod.memory()));
        pod.mounts().forEach(each -> arguments.add("--volume=" + each + ":" + each + ":ro"));
        pod.environment().forEach(each -> arguments.add("--env=" + each));
        arguments.add(pod.image());
        arguments.addAll(pod.arguments());
        String id = run(arguments.toArray(String[]::new)).lines().toList().getLast();
        String pid = run("inspect", "--format={{.State.Pid}}", id).strip();
        return new Container(this, id, Path.of("/proc", pid));
    }

    /// How a container is run.
    ///
    /// @param user its user and group, such as `12345:0`
    /// @param memory its limit, such as `768m`
    /// @param mounts folders of this machine, readable at the same path
    record Pod(
            String image,
            String user,
            String memory,
            List<Path> mounts,
            List<String> environment,
            List<String> arguments) {
        static Pod of(String image, String memory, String... arguments) {
            return new Pod(image, "12345:0", memory, List.of(), List.of(), List.of(arguments));
        }

        Pod withUser(String other) {
            return new Pod(image, other, memory, mounts, environment, arguments);
        }

        Pod withMount(Path mount) {
            return new Pod(image, user, memory, List.of(mount), environment, arguments);
        }

        Pod withEnvironment(String variable) {
            List<String> more =
                    Stream.concat(environment.stream(), Stream.of(variable)).toList();
            return new Pod(image, user, memory, mounts, more, arguments);
        }
    }

    /// A container that runs, or has run.
    ///
    /// @param process the kernel's folder of its one process
    record Container(Podman podman, String id, Path process) implements AutoCloseable {
        private static final int START_TIME = 19;
        private static final int USER_TIME = 11;
        private static final int SYSTEM_TIME = 12;
        private static final int TICK_MILLIS = 10;

        boolean isRunning() {
            return Files.exists(process);
        }

        /// The time since its process began: without that in which podman made the container.
        Duration age() throws IOException {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return Duration.ofMillis(Math.round(seconds * 1_000)).minus(time(START_TIME));
        }

        /// The processors' time that its process has taken, which hardly depends on what else the machine does.
        Duration processorTime() throws IOException {
            return time(USER_TIME).plus(time(SYSTEM_TIME));
        }

        /// @param field counted from the one after the program's name, which may have spaces
        private Duration time(int field) throws IOException {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Duration.ofMillis(Long.parseLong(fields[field]) * TICK_MILLIS);
        }

        String logs() throws IOException, InterruptedException {
            return podman.run("logs", id);
        }

        void terminate() throws IOException, InterruptedException {
            podman.run("kill", "--signal=TERM", id);
        }

        int exitCode() throws IOException, InterruptedException {
            return Integer.parseInt(podman.run("wait", id).strip());
        }

        @Override
        public void close() throws IOException, InterruptedException {
            podman.run("rm", "--force", "--time=0", id);
        }
    }

    /// Runs podman to its end, and returns what it printed on both of its outputs.
    String run(String... arguments) throws IOException, InterruptedException {
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

    /// Removes all containers and images.
    @Override
    public void close() throws IOException, InterruptedException {
        run("system", "reset", "--force");
        var _ = new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
    }
}
