package dev.sluice.release.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.Repository;
import dev.sluice.release.version.SemanticVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// On the charts' own files: a change of their form must not pass unseen.
class ChartFilesTest {
    private static final Path CHART = Path.of("../deploy/helm/sluice");
    private static final List<Artifact> IMAGES =
            List.of(image("operator", "sha256:1"), image("endpoint-picker", "sha256:2"));

    @Test
    void valuesGetRegistryAndDigestsAndKeepTheirComments() throws IOException {
        String values = Files.readString(CHART.resolve("values.yaml"));
        String changed = ChartFiles.values(values, new Repository("registry.example/team"), IMAGES);
        assertThat(changed.lines().filter(line -> values.lines().noneMatch(line::equals)))
                .containsExactly("  registry: registry.example/team", "    digest: sha256:1", "    digest: sha256:2");
        assertThat(changed.lines()).hasSameSizeAs(values.lines().toList());
    }

    @Test
    void theChartIsOfTheVersionAndNamesItsImages() throws IOException {
        String chart = Files.readString(CHART.resolve("Chart.yaml"));
        String changed = ChartFiles.chart(chart, SemanticVersion.parse("3.4.5-rc.1"), IMAGES);
        assertThat(changed)
                .contains("\nversion: 3.4.5-rc.1\nappVersion: 3.4.5-rc.1\n")
                .contains("image: registry.example/team/sluice/operator@sha256:1\n")
                .contains("image: registry.example/team/sluice/endpoint-picker@sha256:2\n")
                .contains("image: envoyproxy/envoy:");
        assertThat(ChartFiles.appVersion(changed)).isEqualTo("3.4.5-rc.1");
    }

    @Test
    void valuesOfAnotherFormAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ChartFiles.values("a: b\n", new Repository("registry.example"), IMAGES));
    }

    private static Artifact image(String name, String digest) {
        return new Artifact(name, new Repository("registry.example/team").image(name), digest);
    }
}
