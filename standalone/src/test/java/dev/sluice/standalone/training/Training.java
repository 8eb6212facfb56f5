package dev.sluice.standalone.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Makes the AOT cache of the sluice command: runs the picker under load, and lets the JVM write what it learnt.
///
/// Classes come loaded and linked from the cache, and the profiles of the methods that requests run through let the
/// compiler start at once. A build without a cache is whole, only slower to start: where none can be made, this says so
/// and succeeds.
public final class Training {
    private static final int ENDPOINTS = 100;
    private static final List<String> ARGUMENTS =
            List.of("--grpc-port=0", "--grpc-health-port=0", "--metrics-port=0", "--drain-timeout=1s");

    private Training() {}

    /// @param arguments the folder with the command's jars and its argument file, and the name of that file
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Path.of(arguments[0]);
        Path command = target.resolve(arguments[1]);
        Path cache = target.resolve("sluice.aot");
        if (isCurrent(cache, target)) {
            return;
        }
        Path draft = target.resolve("sluice.aot.new");
        try {
            run(command, draft, target.resolve("training.log"));
            Files.move(draft, cache, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            Files.deleteIfExists(cache);
            System.err.println("No AOT cache was made, so starts will be slower: " + failed);
        }
    }

    /// Whether the cache is newer than every jar; a JVM refuses one that is not of its own jars.
    private static boolean isCurrent(Path cache, Path target) throws IOException {
        if (!Files.exists(cache)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        List<Path> files = new ArrayList<>();
        for (Path folder : List.of(target, target.resolve("lib"))) {
            try (Stream<Path> inside = Files.list(folder)) {
                inside.filter(file -> file.toString().matches(".*\\.(jar|args)"))
                        .forEach(files::add);
            }
        }
        for (Path file : files) {
            if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
                return false;
            }
        }
        return true;
    }

    private static void run(Path command, Path cache, Path log) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-training");
        List<String> sluice = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:AOTCacheOutput=" + cache,
                "@" + command);
        try (Engines engines = Engines.start(ENDPOINTS)) {
            engines.describe(folder);
            try (PickerProcess picker = PickerProcess.start(sluice, folder, ARGUMENTS, log)) {
                Exercise exercise = new Exercise(picker.adminPort());
                exercise.run(picker.grpcPort(), picker.healthPort());
            }
        } finally {
            Engines.forget(folder);
        }
        if (!Files.exists(cache)) {
            throw new IOException("the JVM wrote none; " + log + " says why");
        }
    }
}
