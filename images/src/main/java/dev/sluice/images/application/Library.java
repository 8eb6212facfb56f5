package dev.sluice.images.application;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A jar of an image, and its coordinates at Maven's repositories.
///
/// @param jar the file as it comes into the image
public record Library(String group, String artifact, String version, Path jar) {
    private static final String OWN_GROUP = "dev.sluice";

    /// Reads the coordinates off the path at which Maven keeps it, or off that of a module's build.
    static Library of(Path source, Path jar, String buildVersion) {
        Path folder = source.getParent();
        if (folder.endsWith("target")) {
            return new Library(OWN_GROUP, folder.getParent().getFileName().toString(), buildVersion, jar);
        }
        Path artifact = folder.getParent();
        List<String> group = new ArrayList<>();
        for (Path each = artifact.getParent(); !each.endsWith("repository"); each = each.getParent()) {
            group.addFirst(each.getFileName().toString());
            if (each.getParent() == null || each.getParent().getFileName() == null) {
                break;
            }
        }
        return new Library(
                String.join(".", group),
                artifact.getFileName().toString(),
                folder.getFileName().toString(),
                jar);
    }

    boolean isOwn() {
        return group.equals(OWN_GROUP);
    }
}
