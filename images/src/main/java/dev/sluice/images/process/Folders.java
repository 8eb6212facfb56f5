package dev.sluice.images.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Folders that come and go, with what is in them.
public final class Folders {
    private Folders() {}

    /// Deletes it, if it is there; follows no links.
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> inside;
        try (Stream<Path> walk = Files.walk(folder)) {
            inside = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : inside) {
            Files.delete(each);
        }
    }

    /// An empty folder of that path.
    public static Path renew(Path folder) throws IOException {
        delete(folder);
        return Files.createDirectories(folder);
    }
}
