package dev.sluice.release.content;

import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.SemanticVersion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The notes of a release: how it is installed and checked, what is in it, and the commits since the one before.
///
/// @param previous the tag of the release before, if there was one
/// @param signed whether images, charts and checksums have signatures
public record ReleaseNotes(
        SemanticVersion version,
        List<Artifact> images,
        List<Artifact> charts,
        Optional<String> previous,
        List<Commit> commits,
        boolean signed) {
    private static final String SIGNATURES = """

            `SHA256SUMS` has the checksums of the files. Each reference is signed with the key whose public half is `cosign.pub`:

            ```
            cosign verify --key cosign.pub --insecure-ignore-tlog REFERENCE
            cosign verify-blob --key cosign.pub --insecure-ignore-tlog --bundle SHA256SUMS.sigstore.json SHA256SUMS
            ```
            """;

    private static final String CHECKSUMS = """

            `SHA256SUMS` has the checksums of the files. Nothing is signed.
            """;

    public ReleaseNotes {
        images = List.copyOf(images);
        charts = List.copyOf(charts);
        commits = List.copyOf(commits);
    }

    public String markdown() {
        String install = charts.stream()
                .map(each -> "helm install %s oci://%s --version %s --namespace %s --create-namespace"
                        .formatted(each.name(), each.repository(), version, InstallManifest.NAMESPACE))
                .collect(Collectors.joining("\n"));
        String table = rows("image", images) + "\n" + rows("chart", charts);
        String changes = commits.stream()
                .map(each -> "- %s (%s)%n".formatted(each.subject(), each.hash()))
                .collect(Collectors.joining());
        String title = """
                # Sluice %s

                Into a cluster with the Gateway API:

                ```
                %s
                ```

                or, without Helm, `kubectl apply --server-side -f install.yaml`.

                | what | reference |
                |---|---|
                %s
                """.formatted(version, install, table);
        return title
                + (signed ? SIGNATURES : CHECKSUMS)
                + "\n## %s\n\n"
                        .formatted(previous.map("Changes since %s"::formatted).orElse("Changes since the first commit"))
                + (changes.isEmpty() ? "None.\n" : changes);
    }

    private static String rows(String kind, List<Artifact> artifacts) {
        return artifacts.stream()
                .map(each -> "| %s `%s` | `%s` |".formatted(kind, each.name(), each.reference()))
                .collect(Collectors.joining("\n"));
    }
}
