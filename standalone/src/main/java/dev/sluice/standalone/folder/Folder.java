package dev.sluice.standalone.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watched folder of `*.yaml` files: a listener gets its first state, then each changed one that is whole.
///
/// The folder is compared by content a few times a second. File events would be sooner, but miss what network
/// mounts and symbolic links change, and come in the middle of a write. A change counts once it has stayed the
/// same for one more look, so that half-written files are not reported. A state with a broken file is refused
/// whole: the listener hears what is wrong, once, and the last good state stays.
public final class Folder implements AutoCloseable {
    /// The listener hears of a folder's states.
    public interface Listener {
        void changed(ResourceSet resources);

        void broken(BrokenFileException reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Folder.class);
    private static final long LOOK_EVERY_MILLIS = 200;

    private final Path path;
    private final Listener listener;
    private final Thread watcher;
    private SortedMap<String, String> seen;

    private Folder(Path path, Listener listener, SortedMap<String, String> seen) {
        this.path = path;
        this.listener = listener;
        this.seen = seen;
        this.watcher = Thread.ofVirtual().name("folder").unstarted(this::watch);
    }

    /// Hands the folder's state to the listener, then watches for others.
    ///
    /// @throws BrokenFileException if already the first state is broken
    public static Folder open(Path path, Listener listener) throws IOException, BrokenFileException {
        SortedMap<String, String> texts = texts(path);
        listener.changed(parse(path, texts));
        Folder folder = new Folder(path, listener, texts);
        folder.watcher.start();
        return folder;
    }

    /// The folder's state now, without watching.
    public static ResourceSet read(Path path) throws IOException, BrokenFileException {
        return parse(path, texts(path));
    }

    @Override
    public void close() {
        watcher.interrupt();
        try {
            watcher.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        SortedMap<String, String> previous = seen;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
                SortedMap<String, String> texts = texts(path);
                if (texts.equals(previous) && !texts.equals(seen)) {
                    seen = texts;
                    take(texts);
                }
                previous = texts;
            } catch (InterruptedException closed) {
                return;
            } catch (IOException | UncheckedIOException unreadable) {
                LOG.atDebug().addKeyValue("folder", path).setCause(unreadable).log("cannot read now");
            }
        }
    }

    private void take(SortedMap<String, String> texts) {
        try {
            listener.changed(ResourceReader.read(texts));
        } catch (BrokenFileException broken) {
            listener.broken(broken);
        } catch (RuntimeException | Error failed) {
            LOG.atError().addKeyValue("folder", path).setCause(failed).log("a change of the folder was not taken");
        }
    }

    private static ResourceSet parse(Path path, SortedMap<String, String> texts)
            throws IOException, BrokenFileException {
        if (texts.isEmpty()) {
            throw new IOException("no *.yaml file in " + path);
        }
        return ResourceReader.read(texts);
    }

    private static SortedMap<String, String> texts(Path path) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(".yaml") && !name.startsWith(".") && Files.isRegularFile(file)) {
                    texts.put(name, Files.readString(file));
                }
            }
        }
        return texts;
    }
}
