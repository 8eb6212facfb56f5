package dev.sluice.e2e.image;

import dev.sluice.cluster.podman.Podman;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One container of an image, run as a pod of the chart is, without a cluster.
///
/// @param user its user and group, such as `12345:0`
/// @param memory its limit, such as `768m`
/// @param mounts folders of this machine, readable at the same path
record ImagePod(
        String image, String user, String memory, List<Path> mounts, List<String> environment, List<String> arguments) {
    static ImagePod of(String image, String memory, String... arguments) {
        return new ImagePod(image, "12345:0", memory, List.of(), List.of(), List.of(arguments));
    }

    ImagePod withUser(String other) {
        return new ImagePod(image, other, memory, mounts, environment, arguments);
    }

    ImagePod withMount(Path mount) {
        return new ImagePod(image, user, memory, List.of(mount), environment, arguments);
    }

    ImagePod withEnvironment(String variable) {
        List<String> more =
                Stream.concat(environment.stream(), Stream.of(variable)).toList();
        return new ImagePod(image, user, memory, mounts, more, arguments);
    }

    /// Starts it on this machine's network.
    Container start(Podman podman) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
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
                "--user=" + user,
                "--memory=" + memory));
        mounts.forEach(each -> words.add("--volume=" + each + ":" + each + ":ro"));
        environment.forEach(each -> words.add("--env=" + each));
        words.add(image);
        words.addAll(arguments);
        String id = podman.run(words.toArray(String[]::new)).lines().toList().getLast();
        String pid = podman.run("inspect", "--format={{.State.Pid}}", id).strip();
        return new Container(podman, id, Path.of("/proc", pid));
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
}
