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
        List<String> names = new ArrayList<>();
        source.toAbsolutePath().forEach(name -> names.add(name.toString()));
        int folder = names.size() - 2;
        if (names.get(folder).equals("target")) {
            return new Library(OWN_GROUP, names.get(folder - 1), buildVersion, jar);
        }
        int repository = names.lastIndexOf("repository");
        return new Library(
                String.join(".", names.subList(repository + 1, folder - 1)),
                names.get(folder - 1),
                names.get(folder),
                jar);
    }

    boolean isOwn() {
        return group.equals(OWN_GROUP);
    }
}
