package dev.sluice.standalone.envoy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder that the project was cloned into: `-Dsluice.home`, else the nearest folder above with `bin/sluice`.
public final class Checkout {
    private Checkout() {}

    /// The root of the checkout; where there is none, the working folder.
    public static Path root() {
        String named = System.getProperty("sluice.home");
        if (named != null) {
            return Path.of(named);
        }
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("bin/sluice"))) {
                return folder;
            }
        }
        return here;
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
