package dev.sluice.cluster.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The resource definitions of the Gateway API, from its Go module.
public final class GatewayApi {
    private GatewayApi() {}

    /// The version of the definitions, such as `v1.6.1`.
    public static String version() {
        return GoModule.ECHO.version();
    }

    /// The YAML files of the standard channel.
    public static List<Path> definitions() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(GoModule.ECHO.sources().resolve("config/crd/standard"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
