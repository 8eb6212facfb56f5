package dev.sluice.e2e.engine;

import dev.sluice.e2e.stack.Program;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A model small enough for any machine, with adapters. Its weights are random, which engines make up when they
/// load it, so that its answers mean nothing; all else is as with a real one.
///
/// @param folder the model and its adapters in folders by their names
record EngineModel(Path folder) {
    /// The name under which engines serve it.
    static final String NAME = "tiny";

    static final List<String> ADAPTERS = List.of("adapter-a", "adapter-b");

    private static final int PATIENCE_SECONDS = 300;

    /// Writes it with an engine's own libraries.
    static EngineModel write(Path python, Path folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(folder.toString()));
        arguments.addAll(ADAPTERS);
        new Program(List.of(python.toString(), script("model.py").toString()), PATIENCE_SECONDS).run(0, arguments);
        return new EngineModel(folder);
    }

    String base() {
        return folder.resolve(NAME).toString();
    }

    String adapter(String name) {
        Path adapter = folder.resolve(name);
        if (!Files.isDirectory(adapter)) {
            throw new IllegalArgumentException("no adapter " + name);
        }
        return adapter.toString();
    }

    /// A script among the resources of the tests.
    static Path script(String name) {
        try {
            return Path.of(Objects.requireNonNull(EngineModel.class.getResource("/engine/" + name), name)
                    .toURI());
        } catch (URISyntaxException cannotBe) {
            throw new IllegalStateException(cannotBe);
        }
    }
}
