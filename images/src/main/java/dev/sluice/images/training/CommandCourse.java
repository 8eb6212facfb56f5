package dev.sluice.images.training;

import dev.sluice.standalone.training.Engines;
import dev.sluice.standalone.training.Exercise;
import dev.sluice.standalone.training.PickerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A picker from a folder: the command that is started most often.
final class CommandCourse {
    private static final int ENDPOINTS = 100;
    private static final List<String> ARGUMENTS =
            List.of("--grpc-port=0", "--grpc-health-port=0", "--metrics-port=0", "--drain-timeout=1s");

    private CommandCourse() {}

    static void run(List<String> java, Path work, Path log) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("resources"));
        try (Engines engines = Engines.start(ENDPOINTS)) {
            engines.describe(folder);
            try (PickerProcess picker = PickerProcess.start(java, folder, ARGUMENTS, log)) {
                new Exercise(picker.adminPort()).run(picker.grpcPort(), picker.healthPort());
            }
        }
    }
}
