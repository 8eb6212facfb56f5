package dev.sluice.release.program;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.release.version.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The signer. Signatures are made with a key of the publisher's and told to no transparency log.
public final class Cosign {
    /// A configuration without services: neither a log nor a time stamp is asked for.
    private static final String NO_SERVICES = """
            {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "rekorTlogConfig": {}, "tsaConfig": {}}
            """;

    /// Nobody is trusted but the key: otherwise cosign asks the network whom to trust.
    private static final String NO_ROOT = """
            {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}
            """;

    private final Program cosign;
    private final Path key;
    private final List<String> common;
    private final List<String> transport;

    /// @param folder for its configuration
    /// @param plainHttp whether the registry may be without TLS
    public Cosign(Path folder, Path key, boolean plainHttp) throws IOException, InterruptedException {
        this.key = key.toAbsolutePath();
        if (!Files.isReadable(this.key) || Files.isDirectory(this.key)) {
            throw new IOException(
                    "--key is no file that can be read: '%s'. `cosign generate-key-pair` makes one.".formatted(key));
        }
        cosign = new Program(folder, List.of(GoBinary.COSIGN.locate().toString()));
        common = List.of(
                "--yes",
                "--key",
                this.key.toString(),
                "--signing-config",
                Files.writeString(folder.resolve("signing-config.json"), NO_SERVICES)
                        .toString(),
                "--trusted-root",
                Files.writeString(folder.resolve("trusted-root.json"), NO_ROOT).toString());
        transport = plainHttp ? List.of("--allow-http-registry") : List.of();
    }

    /// The public half of the key, as PEM.
    ///
    /// @throws IOException if the key is none, or the password in `$COSIGN_PASSWORD` is not its own
    public String publicKey() throws IOException, InterruptedException {
        Program.Outcome outcome = cosign.run("public-key", "--key", key.toString());
        if (!outcome.isSuccess()) {
            throw new IOException(
                    "--key %s cannot be used: %s%nIt must be a key of `cosign generate-key-pair`, and COSIGN_PASSWORD its password."
                            .formatted(key, outcome.reason()));
        }
        return outcome.output();
    }

    /// Signs what is at a registry, and for an index all that it names.
    public void sign(Artifact artifact) throws IOException, InterruptedException {
        run("sign", transport, List.of("--recursive", artifact.reference()));
    }

    /// Signs a file; the signature is a file too.
    public void sign(Path file, Path signature) throws IOException, InterruptedException {
        run("sign-blob", List.of(), List.of("--bundle", signature.toString(), file.toString()));
    }

    /// States something of an image at the registry, signed.
    ///
    /// @param type cosign's word for it, such as `cyclonedx`
    public void attest(String reference, String type, Path predicate) throws IOException, InterruptedException {
        run("attest", transport, List.of("--type", type, "--predicate", predicate.toString(), reference));
    }

    private void run(String command, List<String> transport, List<String> more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(common);
        arguments.addAll(transport);
        arguments.addAll(more);
        cosign.succeed(arguments.toArray(String[]::new));
    }
}
