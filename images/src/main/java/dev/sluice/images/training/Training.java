package dev.sluice.images.training;

import dev.sluice.images.application.Application;
import dev.sluice.images.process.Folders;
import dev.sluice.images.runtime.JavaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The training run of one component.
public final class Training {
    private final JavaRuntime runtime;
    private final Path work;

    /// @param runtime of this machine's processor
    /// @param work for logs and for what a component reads
    public Training(JavaRuntime runtime, Path work) {
        this.runtime = runtime;
        this.work = work;
    }

    /// Makes the component's cache.
    ///
    /// @throws IOException if the JVM wrote none; says where its log is
    public void run(Application application) throws IOException, InterruptedException {
        Path folder = Folders.renew(work.resolve(application.component().imageName()));
        Path log = folder.resolve("training.log");
        Path arguments = folder.resolve("java.args");
        application.writeTrainingArguments(arguments);
        List<String> java = List.of(runtime.home().resolve("bin/java").toString(), "@" + arguments);
        switch (application.component()) {
            case OPERATOR -> OperatorCourse.run(java, log);
            case PICKER -> PickerCourse.run(java, log);
            case SIMULATOR -> SimulatorCourse.run(java, log);
            case COMMAND -> CommandCourse.run(java, folder, log);
        }
        if (!Files.exists(application.cacheToBe())) {
            throw new IOException("the JVM wrote no cache; " + log + " says why");
        }
    }
}
