package dev.sluice.picker.app;

import dev.sluice.picker.app.server.FileFollower;
import dev.sluice.picker.session.SessionKeys;
import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that sign sessions, in a file that is followed as it changes.
///
/// Without a file, and until there is one, a key of the process's own signs: good for one picker that never restarts.
/// A file that is bad stops the picker at its start; later the last good keys stay.
final class SessionKeyFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKeyFile.class);

    private final FileFollower files;
    private volatile SessionKeys keys = SessionKeys.random(new SecureRandom());

    /// @param file null when there is none
    SessionKeyFile(@Nullable Path file, Supervisor supervisor) throws IOException {
        this.files = new FileFollower("session-keys", supervisor);
        if (file == null) {
            return;
        }
        files.follow("file of session keys", List.of(file), texts -> keys = SessionKeys.parse(texts.getFirst()));
        try {
            keys = SessionKeys.parse(Files.readString(file));
        } catch (NoSuchFileException _) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("There is no session key yet: until there is, sessions last only as long as this process"
                            + " and hold only at this replica");
        } catch (IllegalArgumentException bad) {
            files.close();
            throw new IOException(file + ": " + bad.getMessage(), bad);
        }
    }

    SessionKeys keys() {
        return keys;
    }

    @Override
    public void close() {
        files.close();
    }
}
