package dev.sluice.images.component;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program that has an image of its own.
public enum Component {
    OPERATOR(
            new Code("operator", "dev.sluice.operator.app.Main"),
            new Settings("operator", "-XX:MaxRAMPercentage=50", List.of(18000, 8080)),
            "Runs Envoys and endpoint pickers for the Gateways and InferencePools of a cluster."),
    PICKER(
            new Code("endpoint-picker", "dev.sluice.picker.app.Main"),
            new Settings("endpoint-picker", "-XX:MaxRAMPercentage=50", List.of(9002, 9003, 9090)),
            "Chooses a model server for each request of its InferencePools."),
    SIMULATOR(
            new Code("simulator", "dev.sluice.simulator.app.Main"),
            new Settings("simulator", "-XX:MaxRAMPercentage=70", List.of(8000)),
            "Model servers without GPUs: the API, metrics and timing of vLLM."),
    COMMAND(
            new Code("standalone", "dev.sluice.standalone.app.Sluice"),
            new Settings("sluice", "-XX:MaxRAMPercentage=70", List.of()),
            "The sluice command: an inference gateway from a folder of YAML, its parts and its lab.");

    private final Code code;
    private final Settings settings;
    private final String description;

    Component(Code code, Settings settings, String description) {
        this.code = code;
        this.settings = settings;
        this.description = description;
    }

    /// Where its code is.
    ///
    /// @param module the module whose runtime class path it has
    private record Code(String module, String mainClass) {}

    /// How its image is called and run.
    ///
    /// @param heap the JVM's flag for the size of its heap
    private record Settings(String name, String heap, List<Integer> ports) {}

    public static Component named(String name) {
        return Stream.of(values())
                .filter(each -> each.imageName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no image is called " + name + "; there are "
                        + Stream.of(values()).map(Component::imageName).collect(Collectors.joining(", "))));
    }

    /// The last word of the image's name.
    public String imageName() {
        return settings.name();
    }

    public String module() {
        return code.module();
    }

    public String mainClass() {
        return code.mainClass();
    }

    public String heap() {
        return settings.heap();
    }

    public List<Integer> ports() {
        return settings.ports();
    }

    public String description() {
        return description;
    }
}
