package dev.sluice.release.version;

/// Something at a registry, by its digest.
///
/// @param name such as `operator`, or the chart's
/// @param repository where it stands, without tag
/// @param digest such as `sha256:0123…`
public record Artifact(String name, String repository, String digest) {
    public String reference() {
        return repository + "@" + digest;
    }

    public String tagged(SemanticVersion version) {
        return repository + ":" + version;
    }
}
