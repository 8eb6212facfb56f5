package dev.sluice.e2e.sluice;

import dev.sluice.e2e.cluster.Prerequisites;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// One installation for all test classes that register this: a start takes half a minute.
///
/// The pickers have the hooks of the conformance tests, without which they do the same.
public final class SluiceExtension implements BeforeAllCallback {
    private static final String KEY = "sluice";

    private @Nullable InstalledSluice sluice;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Prerequisites.requireKubernetes();
        sluice = context.getRoot()
                .getStore(Namespace.create(InstalledSluice.class))
                .computeIfAbsent(KEY, _ -> start(), InstalledSluice.class);
    }

    private static InstalledSluice start() {
        try {
            return InstalledSluice.start("--set", "picker.args={--test-hooks}");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public InstalledSluice sluice() {
        if (sluice == null) {
            throw new IllegalStateException("no test runs");
        }
        return sluice;
    }
}
