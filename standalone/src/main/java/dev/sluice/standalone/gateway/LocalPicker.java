package dev.sluice.standalone.gateway;

import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.PickerConfig;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/// A running endpoint picker alone: its pools and models come from a folder, and some other's Envoy calls it.
///
/// What is broken stops it only at the start; later the last good state goes on serving.
public final class LocalPicker implements AutoCloseable {
    private final Picker picker;
    private final Folder folder;

    private LocalPicker(Picker picker, Folder folder) {
        this.picker = picker;
        this.folder = folder;
    }

    /// Starts the picker and returns when it serves what the folder says.
    public static LocalPicker start(Path folder, PickerConfig config)
            throws IOException, GeneralSecurityException, BrokenFileException {
        Picker picker = Picker.start(config);
        try {
            return new LocalPicker(
                    picker, Folder.open(folder, new Follower(resources -> picker.publish(new FolderView(resources)))));
        } catch (IOException | BrokenFileException | RuntimeException failed) {
            picker.close();
            throw failed;
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
