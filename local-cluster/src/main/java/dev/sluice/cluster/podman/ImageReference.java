package dev.sluice.cluster.podman;

/// The name of an image in a manifest, such as `registry.example:5000/sluice/operator:1.0@sha256:abc`.
///
/// @param path with the registry
/// @param tag empty where there is none
public record ImageReference(String path, String tag) {
    /// A digest is left out: archives have none of a registry.
    public static ImageReference parse(String text) {
        int digest = text.indexOf('@');
        String tagged = digest < 0 ? text : text.substring(0, digest);
        int colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
        return colon < 0
                ? new ImageReference(tagged, "")
                : new ImageReference(tagged.substring(0, colon), tagged.substring(colon + 1));
    }
}
