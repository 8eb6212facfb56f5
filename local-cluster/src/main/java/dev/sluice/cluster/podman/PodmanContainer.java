package dev.sluice.cluster.podman;

import dev.sluice.cluster.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A container that has been started.
///
/// Signals go to its first process and not by way of podman, which may not wait for it yet.
///
/// @param id the container's
/// @param first its first process; null where it had ended at once
/// @param exit completes with the exit status; that of a killed container is 128 and the signal's number
public record PodmanContainer(String id, @Nullable ProcessHandle first, CompletableFuture<Integer> exit) {
    private static final Duration POLL = Duration.ofMillis(10);

    private static final List<String> OPTIONS = List.of(
            "run",
            "--rm",
            "--pull=never",
            // Pods have loopback addresses.
            "--network=host",
            // The log is this machine's file, not one of podman's.
            "--log-driver=passthrough",
            "--sig-proxy=false",
            // Without CAP_SYS_RESOURCE podman's own limits are more than it may give.
            "--ulimit=nofile=20000:20000",
            "--ulimit=nproc=20000:20000");

    /// Starts one; its first process is there when this returns.
    ///
    /// @param arguments options, the image's name and what the container is told
    /// @param folder for `name.log`, which has what the container writes, and what podman says of it
    public static PodmanContainer start(Podman podman, List<String> arguments, Path folder, String name)
            throws IOException, InterruptedException {
        Path pid = folder.resolve(name + ".pid");
        Path id = folder.resolve(name + ".id");
        Files.deleteIfExists(pid);
        Files.deleteIfExists(id);
        List<String> words = new ArrayList<>(OPTIONS);
        words.add("--pidfile=" + pid);
        words.add("--cidfile=" + id);
        words.addAll(arguments);
        Map<String, String> environment = Map.of("PATH", Podman.path(), "HOME", folder.toString());
        ChildProcess process =
                ChildProcess.start(podman.command(words), environment, folder, folder.resolve(name + ".log"));
        try {
            awaitFile(pid, process);
            long number = Long.parseLong(Files.readString(pid).strip());
            return new PodmanContainer(
                    Files.readString(id).strip(), ProcessHandle.of(number).orElse(null), process.exit());
        } catch (IOException | InterruptedException failed) {
            process.terminate();
            throw failed;
        }
    }

    private static void awaitFile(Path file, ChildProcess podman) throws IOException, InterruptedException {
        while (true) {
            // Asked first: what has ended since may have written it before.
            boolean runs = podman.isAlive();
            if (Files.exists(file) && Files.size(file) > 0) {
                return;
            }
            if (!runs) {
                throw new IOException(
                        "podman could not start it: " + podman.tail().strip());
            }
            Thread.sleep(POLL);
        }
    }

    /// Asks it to end: SIGTERM.
    public void terminate() {
        if (first != null) {
            first.destroy();
        }
    }

    /// Ends it at once: SIGKILL, which takes all of its processes.
    public void kill() {
        if (first != null) {
            first.destroyForcibly();
        }
    }
}
