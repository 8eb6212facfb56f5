package dev.sluice.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/// A shell that knows which processes run, and ends them when the pipe breaks whose other end only this JVM holds: a
/// killed JVM runs no shutdown hook.
final class ProcessGuard {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r event pid; do
                others=
                for other in $pids; do
                    [ "$other" = "$pid" ] || others="$others $other"
                done
                pids=$others
                [ "$event" = ended ] || pids="$pids $pid"
            done
            [ -n "$pids" ] || exit 0
            kill -TERM $pids 2>/dev/null
            sleep 2
            kill -KILL $pids 2>/dev/null
            """;

    private static final ProcessGuard INSTANCE = new ProcessGuard();

    private final Writer pipe;

    private ProcessGuard() {
        try {
            pipe = new ProcessBuilder("sh", "-c", SCRIPT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .outputWriter();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Ends that process after this JVM, unless it has ended before.
    static void watch(Process process) {
        INSTANCE.tell("started", process);
        var _ = process.onExit().thenAccept(ended -> INSTANCE.tell("ended", ended));
    }

    private synchronized void tell(String event, Process process) {
        try {
            pipe.write("%s %d\n".formatted(event, process.pid()));
            pipe.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException("the process guard has ended", gone);
        }
    }
}
