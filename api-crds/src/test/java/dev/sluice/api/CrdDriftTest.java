package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrdDriftTest {

    static final Path COMMITTED = Path.of("../deploy/helm/sluice-crds/files");

    @Test
    void committedCrdsAreThoseGeneratedFromTheTypes(@TempDir Path folder) throws IOException {
        Map<String, String> generated = CrdYaml.generate(folder);
        if (Boolean.getBoolean("golden.update")) {
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(COMMITTED.resolve(file.getKey()), file.getValue());
            }
        }
        assertThat(CrdYaml.read(COMMITTED))
                .as("CRDs in %s drifted from the types; run mvn -pl api-crds test -Dgolden.update", COMMITTED)
                .isEqualTo(generated);
    }
}
