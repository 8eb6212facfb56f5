package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.session.TokenReading;
import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeyFileTest {
    private static final Supervisor SUPERVISOR = new Supervisor(_ -> {});

    private static final String OLD = "the-old-key-of-at-least-32-characters";
    private static final String NEW = "the-new-key-of-at-least-32-characters";

    @TempDir
    private Path folder;

    private static String issue(SessionTokens tokens) {
        return tokens.issue(
                Fixtures.MODEL, 1, Fixtures.POOL, new EndpointId("pod-1", "10.0.0.1", 8000), Duration.ofHours(1));
    }

    private static SessionTokens tokens(SessionKeyFile file) {
        return new SessionTokens(file::keys, InstantSource.system());
    }

    private static boolean reads(SessionKeyFile file, String token) {
        return tokens(file).read(Fixtures.MODEL, token) instanceof TokenReading.Good;
    }

    /// A token that a picker with these keys signs.
    private String signedBy(@Nullable Path keys) throws IOException {
        try (SessionKeyFile file = new SessionKeyFile(keys, SUPERVISOR)) {
            return issue(tokens(file));
        }
    }

    @Test
    void processesWithOneFileReadEachOthersTokensAndThoseWithoutDoNot() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), OLD);
        try (SessionKeyFile file = new SessionKeyFile(keys, SUPERVISOR);
                SessionKeyFile none = new SessionKeyFile(null, SUPERVISOR)) {
            assertThat(reads(file, signedBy(keys))).isTrue();
            assertThat(reads(file, signedBy(null))).isFalse();
            assertThat(reads(none, signedBy(null))).isFalse();
            assertThat(reads(none, issue(tokens(none)))).isTrue();
        }
    }

    @Test
    void changesAreTakenOverUnlessTheyAreBad() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), OLD);
        String old = signedBy(keys);
        String other = signedBy(Files.writeString(folder.resolve("other"), NEW));
        try (SessionKeyFile file = new SessionKeyFile(keys, SUPERVISOR)) {
            Files.writeString(keys, "too short");
            // The bad file has been read, and passed over, once the next good one is taken.
            await().during(Duration.ofMillis(1_500)).until(() -> reads(file, old));
            Files.writeString(keys, NEW + "\n" + OLD);
            await().until(() -> reads(file, other));
            assertThat(reads(file, old)).isTrue();
            Files.delete(keys);
            await().during(Duration.ofMillis(1_500)).until(() -> reads(file, other));
            Files.writeString(keys, NEW);
            await().until(() -> !reads(file, old));
            assertThat(reads(file, other)).isTrue();
        }
    }

    @Test
    void aFileMayComeLater() throws IOException {
        Path keys = folder.resolve("keys");
        String other = signedBy(Files.writeString(folder.resolve("other"), NEW));
        try (SessionKeyFile file = new SessionKeyFile(keys, SUPERVISOR)) {
            assertThat(reads(file, other)).isFalse();
            Files.writeString(keys, NEW);
            await().until(() -> reads(file, other));
        }
    }

    @Test
    void aBadFileStopsTheStart() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), "short");
        assertThatThrownBy(() -> new SessionKeyFile(keys, SUPERVISOR).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keys")
                .hasMessageContaining("32 characters");
    }
}
