package dev.sluice.cluster.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The resource definitions of Envoy Gateway, from its Go module.
public final class EnvoyGatewayApi {
    private EnvoyGatewayApi() {}

    /// The definitions as YAML. In the module they are templates of a chart, with one condition around each.
    public static List<String> definitions() throws IOException, InterruptedException {
        Path folder = GoModule.ENVOY_GATEWAY.sources().resolve("charts/gateway-crds-helm/templates/generated");
        List<String> definitions = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                definitions.add(Files.readString(file)
                        .lines()
                        .filter(line -> !line.startsWith("{{"))
                        .collect(Collectors.joining("\n")));
            }
        }
        return definitions;
    }
}
