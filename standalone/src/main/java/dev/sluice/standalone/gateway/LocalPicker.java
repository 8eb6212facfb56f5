package dev.sluice.standalone.gateway;

import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.WarmUp;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running endpoint picker alone: its pools and models come from a folder, and some other's Envoy calls it.
///
/// What is broken stops it only at the start; later the last good state goes on serving.
public final class LocalPicker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalPicker.class);

    private final Picker picker;
    private final Folder folder;

    private LocalPicker(Picker picker, Folder folder) {
        this.picker = picker;
        this.folder = folder;
    }

    /// Starts the picker and returns when it serves what the folder says.
    ///
    /// Both take their time on a cold JVM, so the folder is read while the picker starts.
    public static LocalPicker start(Path folder, PickerConfig config) throws IOException, BrokenFileException {
        // Logging begins before there are two threads: SLF4J complains of loggers that are made meanwhile.
        LOG.atDebug().addKeyValue("folder", folder).log("starting");
        CompletableFuture<Picker> starting = CompletableFuture.supplyAsync(
                () -> started(config), task -> Thread.ofPlatform().name("start").start(task));
        try {
            Follower follower = new Follower(resources -> starting.join().publish(new FolderView(resources)));
            Folder followed = Folder.open(folder, follower);
            return new LocalPicker(starting.join(), followed);
        } catch (CompletionException failed) {
            throw new IOException("The picker does not start: " + failed.getCause(), failed.getCause());
        } catch (IOException | BrokenFileException | RuntimeException failed) {
            starting.thenAccept(Picker::close).join();
            throw failed;
        }
    }

    private static Picker started(PickerConfig config) {
        try {
            Picker picker = Picker.start(config);
            WarmUp.run();
            return picker;
        } catch (IOException | GeneralSecurityException failed) {
            throw new CompletionException(failed);
        }
    }

    public InetSocketAddress grpcAddress() {
        return picker.grpcAddress();
    }

    public InetSocketAddress healthAddress() {
        return picker.healthAddress();
    }

    public InetSocketAddress adminAddress() {
        return picker.adminAddress();
    }

    @Override
    public void close() {
        folder.close();
        picker.close();
    }
}
