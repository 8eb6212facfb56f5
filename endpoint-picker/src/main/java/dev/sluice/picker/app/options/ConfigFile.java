package dev.sluice.picker.app.options;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Defaults for command-line options from a YAML file: `option-name: value`. Upstream's own kind of file sets none.
public final class ConfigFile {
    private static final String OPTION = "--config-file";

    private ConfigFile() {}

    /// @throws IllegalArgumentException when the file names an option that the command does not have
    public static IDefaultValueProvider defaults(CommandSpec command, String... args) throws IOException {
        Optional<Path> file = file(List.of(args));
        if (file.isEmpty() || EndpointPickerConfig.weights(file.get()) != null) {
            return _ -> null;
        }
        Map<String, String> values =
                new YAMLMapper().readValue(file.get().toFile(), new TypeReference<Map<String, String>>() {});
        for (String name : values.keySet()) {
            if (command.findOption("--" + name) == null) {
                throw new IllegalArgumentException(file.get() + ": unknown option '" + name + "'; see --help");
            }
        }
        return argument -> argument instanceof OptionSpec option
                ? Arrays.stream(option.names())
                        .map(name -> values.get(name.replaceFirst("^--", "")))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private static Optional<Path> file(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).startsWith(OPTION + "=")) {
                return Optional.of(Path.of(args.get(i).substring(OPTION.length() + 1)));
            }
            if (args.get(i).equals(OPTION) && i + 1 < args.size()) {
                return Optional.of(Path.of(args.get(i + 1)));
            }
        }
        return Optional.empty();
    }
}
