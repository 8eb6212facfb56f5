package dev.sluice.release.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.SemanticVersion;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReleaseNotesTest {
    private static final Artifact IMAGE = new Artifact("operator", "registry.example/sluice/operator", "sha256:1");
    private static final Artifact CHART = new Artifact("sluice", "registry.example/charts/sluice", "sha256:2");

    @Test
    void notesTellHowToInstallAndWhatChanged() {
        assertThat(notes(Optional.of("v1.1.0"), List.of(new Commit("0123", "Mend")), true)
                        .markdown())
                .startsWith("# Sluice 1.2.0\n")
                .contains("helm install sluice oci://registry.example/charts/sluice --version 1.2.0")
                .contains("| image `operator` | `registry.example/sluice/operator@sha256:1` |\n| chart `sluice` |")
                .contains("cosign verify --key cosign.pub")
                .endsWith("## Changes since v1.1.0\n\n- Mend (0123)\n");
    }

    @Test
    void aFirstReleaseHasNoneBeforeIt() {
        assertThat(notes(Optional.empty(), List.of(), false).markdown())
                .contains("Nothing is signed.")
                .doesNotContain("cosign")
                .endsWith("## Changes since the first commit\n\nNone.\n");
    }

    @Test
    void checksumsAreInOrder() {
        TreeMap<String, String> hashes = new TreeMap<>();
        hashes.put("b", "2");
        hashes.put("a", "1");
        assertThat(Checksums.of(hashes)).isEqualTo("1  a\n2  b\n");
    }

    @Test
    void theSameManifestsMakeTheSameIndex() {
        List<ImageIndex.Manifest> manifests = List.of(
                new ImageIndex.Manifest("amd64", "sha256:1", 10), new ImageIndex.Manifest("arm64", "sha256:2", 11));
        ImageIndex index = ImageIndex.of(manifests, SemanticVersion.parse("1.2.0"), "0123");
        assertThat(index).isEqualTo(ImageIndex.of(manifests, SemanticVersion.parse("1.2.0"), "0123"));
        assertThat(index.content())
                .contains("\"architecture\":\"arm64\"", "\"org.opencontainers.image.revision\":\"0123\"");
        assertThat(index.layout("index")).contains(index.digest());
    }

    private static ReleaseNotes notes(Optional<String> previous, List<Commit> commits, boolean signed) {
        return new ReleaseNotes(
                SemanticVersion.parse("1.2.0"), List.of(IMAGE), List.of(CHART), previous, commits, signed);
    }
}
