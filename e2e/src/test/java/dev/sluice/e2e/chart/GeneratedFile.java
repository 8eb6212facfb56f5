package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of the checkout that a test writes with `-Dgolden.update`, and otherwise compares.
///
/// @param name its path from the root
/// @param test the class that writes it
record GeneratedFile(String name, Class<?> test) {
    void assertIs(String text) throws IOException {
        Path file = Checkout.root().resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(text)
                .as("%s differs; run %s with -Dgolden.update", name, test.getSimpleName())
                .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    }
}
