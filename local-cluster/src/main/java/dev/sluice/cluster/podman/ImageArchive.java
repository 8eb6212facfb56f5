package dev.sluice.cluster.podman;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// The archive of one image, as `bin/images` writes it. It is loaded when a container first needs it, and again when
/// it has been written anew.
public final class ImageArchive {
    /// Puts an archive into a store, and returns the name that its image has there.
    interface Loader {
        String load(Path archive) throws IOException, InterruptedException;
    }

    private final Loader loader;
    private final Path file;
    private @Nullable FileTime written;
    private String name = "";

    ImageArchive(Loader loader, Path file) {
        this.loader = loader;
        this.file = file;
    }

    /// The archive for this machine's processor.
    ///
    /// @param name such as `simulator`
    public static ImageArchive of(Podman podman, Path folder, String name) {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return new ImageArchive(podman::load, folder.resolve("%s-%s.tar".formatted(name, architecture)));
    }

    /// Loads it, and returns the image's name in the store.
    ///
    /// @param reference as in a manifest; registries do not count, tags do
    public synchronized String load(String reference) throws IOException, InterruptedException {
        if (!Files.exists(file)) {
            throw new IOException("there is no image %s here: `bin/images` writes it to %s".formatted(reference, file));
        }
        FileTime now = Files.getLastModifiedTime(file);
        if (!now.equals(written)) {
            name = loader.load(file);
            written = now;
        }
        String tag = ImageReference.parse(reference).tag();
        if (!tag.isEmpty() && !tag.equals(ImageReference.parse(name).tag())) {
            throw new IOException("there is no image %s here: %s has %s, and `bin/images --tag %s` writes another"
                    .formatted(reference, file, name, tag));
        }
        return name;
    }
}
