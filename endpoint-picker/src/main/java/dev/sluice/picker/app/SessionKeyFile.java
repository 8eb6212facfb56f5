package dev.sluice.picker.app;

import dev.sluice.picker.session.SessionKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that sign sessions, in a file that is followed as it changes.
///
/// Without a file, and until there is one, a key of the process's own signs: good for one picker that never restarts.
/// A file that is bad stops the picker at its start; later the last good keys stay.
final class SessionKeyFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKeyFile.class);

    private final @Nullable Path file;
    private final ScheduledExecutorService reloads;
    private String text = "";
    private volatile SessionKeys keys = SessionKeys.random(new SecureRandom());

    /// @param file null when there is none
    SessionKeyFile(@Nullable Path file) throws IOException {
        this.file = file;
        if (file != null) {
            try {
                takeOver(Files.readString(file));
            } catch (NoSuchFileException _) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .log("There is no session key yet: until there is, sessions last only as long as this process"
                                + " and hold only at this replica");
            } catch (IllegalArgumentException bad) {
                throw new IOException(file + ": " + bad.getMessage(), bad);
            }
        }
        this.reloads = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("session-keys").daemon().factory());
        if (file != null) {
            var _ = reloads.scheduleWithFixedDelay(this::reload, 1, 1, TimeUnit.SECONDS);
        }
    }

    SessionKeys keys() {
        return keys;
    }

    private void takeOver(String read) {
        keys = SessionKeys.parse(read);
        text = read;
    }

    private void reload() {
        String read = read();
        if (read == null || read.equals(text)) {
            return;
        }
        try {
            takeOver(read);
            LOG.atInfo().addKeyValue("file", file).log("The session keys were read again");
        } catch (IllegalArgumentException bad) {
            text = read;
            LOG.atWarn().addKeyValue("file", file).log("The session keys stay as they were: {}", bad.getMessage());
        }
    }

    private @Nullable String read() {
        try {
            return file == null ? null : Files.readString(file);
        } catch (IOException _) {
            return null;
        }
    }

    @Override
    public void close() {
        reloads.shutdownNow();
    }
}
