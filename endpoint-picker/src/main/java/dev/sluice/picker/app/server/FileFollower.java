package dev.sluice.picker.app.server;

import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows small files by their content, once a second.
///
/// File events would be sooner, but miss what network mounts and the symbolic links of mounted Secrets
/// change. What cannot be taken over is logged once, and what was taken over last stays.
public final class FileFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileFollower.class);

    private final ScheduledExecutorService looks;
    private final String name;
    private final Supervisor supervisor;

    /// Takes over files that have changed.
    public interface FileListener {
        /// @param texts contents, in the order of the files
        void changed(List<String> texts) throws IOException, GeneralSecurityException;
    }

    /// @param name of the thread that looks at the files, and of the loop that the supervisor counts faults by
    public FileFollower(String name, Supervisor supervisor) {
        this.name = name;
        this.supervisor = supervisor;
        this.looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /// Follows files that belong together, from their content now on: a listener that reads them after this
    /// call misses no change.
    ///
    /// @param what the files are, for the log
    public void follow(String what, List<Path> files, FileListener listener) {
        FollowedFiles followed = new FollowedFiles(what, files, listener);
        var _ = looks.scheduleWithFixedDelay(() -> supervisor.run(name, followed::look), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    private static final class FollowedFiles {
        private final String what;
        private final List<Path> files;
        private final FileListener listener;
        /// The content that was last looked at; null where a file could not be read.
        private @Nullable List<String> seen;

        FollowedFiles(String what, List<Path> files, FileListener listener) {
            this.what = what;
            this.files = files;
            this.listener = listener;
            this.seen = read();
        }

        private void look() {
            List<String> texts = read();
            if (texts == null || texts.equals(seen)) {
                return;
            }
            seen = texts;
            try {
                listener.changed(texts);
                LOG.atInfo().addKeyValue("files", files).log("The {} changed and was read again", what);
            } catch (IOException | GeneralSecurityException | RuntimeException bad) {
                LOG.atWarn()
                        .setCause(bad)
                        .addKeyValue("files", files)
                        .log("The {} changed and cannot be used: the last good one stays", what);
            }
        }

        private @Nullable List<String> read() {
            List<String> texts = new ArrayList<>();
            try {
                for (Path file : files) {
                    texts.add(Files.readString(file));
                }
                return texts;
            } catch (IOException _) {
                return null;
            }
        }
    }
}
