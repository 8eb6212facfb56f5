package dev.sluice.bench.rig;

import com.google.common.net.HostAndPort;
import dev.sluice.standalone.app.Sluice;
import dev.sluice.standalone.folder.BrokenFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Sluice's endpoint picker as a user runs it alone, `sluice picker DIR`, with all that is on by default.
public final class SluicePicker implements AutoCloseable {
    private static final Pattern ADMIN = Pattern.compile("metrics on (?<value>\\S+)");

    private final ChildJvm jvm;

    private SluicePicker(ChildJvm jvm) {
        this.jvm = jvm;
    }

    /// Starts a picker in the JVM that `bin/sluice picker` would start, and returns when it serves.
    ///
    /// @param flags the JVM's
    public static SluicePicker start(PoolFolder folder, List<String> flags) throws IOException {
        JvmCommand shipped = JvmCommand.shipped(Path.of(System.getProperty("sluice.home", ".")), flags);
        return new SluicePicker(ChildJvm.start(
                shipped, SluicePicker.class, List.of(folder.path().toString(), "0")));
    }

    /// Starts a picker in a JVM without an AOT cache and returns when it serves.
    ///
    /// @param flags the JVM's
    /// @param rehearsals exchanges that another picker answers in that JVM before, so that its code is compiled
    public static SluicePicker start(PoolFolder folder, List<String> flags, int rehearsals) throws IOException {
        return new SluicePicker(ChildJvm.start(
                SluicePicker.class, flags, List.of(folder.path().toString(), Integer.toString(rehearsals))));
    }

    /// Runs until its parent ends.
    ///
    /// @param arguments the folder, and how many exchanges are rehearsed
    public static void main(String[] arguments) throws IOException, BrokenFileException {
        Thread.ofPlatform().daemon().start(() -> {
            ChildJvm.awaitEndOfParent();
            Runtime.getRuntime().halt(0);
        });
        int rehearsals = Integer.parseInt(arguments[1]);
        if (rehearsals > 0) {
            PickerWarmUp.run(Path.of(arguments[0]), rehearsals);
        }
        String anyPort = "0";
        Sluice.main(new String[] {
            "picker", arguments[0], "--grpc-port", anyPort, "--grpc-health-port", anyPort, "--metrics-port", anyPort
        });
    }

    public NamedPicker named(String name) throws IOException {
        return new NamedPicker(name, address(), jvm.pid(), false);
    }

    /// The address where it tells what it has learnt.
    public URI admin() throws IOException {
        return URI.create(jvm.said(ADMIN));
    }

    /// All that it has printed.
    public String log() throws IOException {
        return jvm.log();
    }

    private HostAndPort address() throws IOException {
        return jvm.address();
    }

    @Override
    public void close() throws IOException {
        jvm.close();
    }
}
