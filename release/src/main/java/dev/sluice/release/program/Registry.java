package dev.sluice.release.program;

import dev.sluice.release.content.Sha256;
import dev.sluice.release.version.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A registry as skopeo speaks to it: with the logins of docker and podman, their certificates and proxies.
public final class Registry {
    /// Words by which registries and skopeo say that there is no such repository or tag.
    private static final List<String> ABSENT = List.of("manifest unknown", "name unknown", "repository name not known");

    private static final List<String> DENIED = List.of("unauthorized", "denied", "authentication required");

    private final Program skopeo;
    private final boolean plainHttp;

    /// @param plainHttp whether it may be without TLS
    public Registry(Path folder, boolean plainHttp) {
        skopeo = new Program(folder, List.of("skopeo"));
        this.plainHttp = plainHttp;
    }

    /// Asks for a tag; false where there is none.
    ///
    /// @param reference a repository with a tag
    /// @throws IOException if the registry does not answer that
    public boolean has(String reference) throws IOException, InterruptedException {
        Program.Outcome outcome = skopeo.run("inspect", "--raw", tls(""), "docker://" + reference);
        if (outcome.isSuccess()) {
            return true;
        }
        if (says(outcome, ABSENT)) {
            return false;
        }
        throw new IOException("the registry does not say whether it has %s: %s%n%s"
                .formatted(reference, outcome.reason(), advice(outcome)));
    }

    private String advice(Program.Outcome outcome) {
        if (says(outcome, DENIED)) {
            return "Log in to it with `docker login` or `podman login`, as a user who may push.";
        }
        if (outcome.reason().contains("HTTP response to HTTPS client")) {
            return "It speaks no TLS: give --plain-http if that is meant.";
        }
        return "See that --registry names a registry that runs and that this machine reaches.";
    }

    private static boolean says(Program.Outcome outcome, List<String> words) {
        return words.stream().anyMatch(outcome.reason()::contains);
    }

    /// The digest of the manifest in an archive or layout.
    ///
    /// @param source such as `oci-archive:operator-amd64.tar`
    public Local local(String source) throws IOException, InterruptedException {
        byte[] manifest = skopeo.succeed("inspect", "--raw", source).getBytes(StandardCharsets.UTF_8);
        return new Local(Sha256.digest(manifest), manifest.length);
    }

    /// A manifest on this machine.
    ///
    /// @param size in bytes
    public record Local(String digest, long size) {}

    /// Copies an archive into a layout, byte for byte.
    public void unpack(String archive, String layout) throws IOException, InterruptedException {
        skopeo.succeed("copy", "--quiet", archive, layout);
    }

    /// Pushes an index and all that it names, without a tag.
    public void push(String layout, Artifact artifact) throws IOException, InterruptedException {
        skopeo.succeed("copy", "--quiet", "--all", tls("dest-"), layout, "docker://" + artifact.reference());
    }

    /// Gives a tag to what is there.
    public void tag(Artifact artifact, String tagged) throws IOException, InterruptedException {
        skopeo.succeed(Stream.of(
                        "copy",
                        "--quiet",
                        "--all",
                        tls("src-"),
                        tls("dest-"),
                        "docker://" + artifact.reference(),
                        "docker://" + tagged)
                .toArray(String[]::new));
    }

    private String tls(String side) {
        return "--%stls-verify=%s".formatted(side, !plainHttp);
    }
}
