package dev.sluice.api;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.GatewayParameters;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Generates the CRDs' YAML from the resource types.
final class CrdYaml {

    private static final List<Class<? extends HasMetadata>> TYPES = List.of(
            InferencePool.class,
            InferenceModel.class,
            InferencePriorityClass.class,
            InferencePoolPolicy.class,
            GatewayParameters.class);

    private CrdYaml() {}

    /// Writes the CRDs into `folder` and returns their YAML by file name.
    static Map<String, String> generate(Path folder) throws IOException {
        new CRDGenerator()
                .customResourceClasses(TYPES)
                .withPostProcessor(new CrdCompletion(TYPES))
                .inOutputDir(folder.toFile())
                .generate();
        return read(folder);
    }

    static Map<String, String> read(Path folder) throws IOException {
        Map<String, String> yaml = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                yaml.put(file.getFileName().toString().replace("-v1.yml", ".yaml"), Files.readString(file));
            }
        }
        return yaml;
    }
}
