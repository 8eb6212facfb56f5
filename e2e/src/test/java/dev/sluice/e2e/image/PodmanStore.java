package dev.sluice.e2e.image;

import dev.sluice.cluster.podman.Podman;
import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// A store of images for one test class. Where this machine runs no containers the class is skipped, or fails with
/// `CI=true`.
final class PodmanStore implements BeforeAllCallback, AfterAllCallback {
    private @Nullable Podman podman;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        String missing = Podman.missing();
        if (!missing.isEmpty()) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException(missing);
            }
            throw new TestAbortedException("skipped: " + missing);
        }
        podman = Podman.start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (podman != null) {
            podman.close();
        }
    }

    Podman podman() {
        return Objects.requireNonNull(podman, "no test runs");
    }

    /// The folder that `bin/images` writes archives to.
    static Path archives() {
        return Checkout.root().resolve("target/images");
    }
}
