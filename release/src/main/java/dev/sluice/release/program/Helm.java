package dev.sluice.release.program;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.release.content.InstallManifest;
import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packer of charts, which pushes them too.
public final class Helm {
    private static final Pattern PACKED = Pattern.compile("saved it to: (.+)");
    private static final Pattern DIGEST = Pattern.compile("(?m)^Digest: (sha256:[0-9a-f]{64})$");

    private final Program helm;
    private final boolean plainHttp;

    /// @param plainHttp whether the registry may be without TLS
    public Helm(Path folder, boolean plainHttp) throws IOException, InterruptedException {
        helm = new Program(folder, List.of(GoBinary.HELM.locate().toString()));
        this.plainHttp = plainHttp;
    }

    /// Packs a chart's folder, and returns the archive.
    public Path pack(Path chart, Path into) throws IOException, InterruptedException {
        String told = helm.succeed("package", chart.toString(), "--destination", into.toString());
        return Path.of(found(PACKED, told));
    }

    /// The objects of a chart with its own values as YAML.
    public String render(Path chart) throws IOException, InterruptedException {
        return helm.succeed(
                "template",
                chart.getFileName().toString(),
                chart.toString(),
                "--skip-tests",
                "--namespace",
                InstallManifest.NAMESPACE,
                "--kube-version",
                GoBinary.KUBE_APISERVER.version());
    }

    /// Pushes a chart under its version.
    public Artifact push(String chart, Path archive, Repository registry) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", archive.toString(), "oci://" + registry.charts()));
        if (plainHttp) {
            arguments.add("--plain-http");
        }
        Program.Outcome outcome = helm.run(arguments.toArray(String[]::new));
        if (!outcome.isSuccess()) {
            throw new IOException("helm cannot push %s to %s: %s"
                    .formatted(archive.getFileName(), registry.charts(), outcome.reason()));
        }
        // It says so on standard error.
        return new Artifact(chart, registry.chart(chart), found(DIGEST, outcome.errors() + outcome.output()));
    }

    private static String found(Pattern pattern, String told) throws IOException {
        Matcher matcher = pattern.matcher(told);
        if (!matcher.find()) {
            throw new IOException("helm said something unexpected: " + told);
        }
        return matcher.group(1).strip();
    }
}
