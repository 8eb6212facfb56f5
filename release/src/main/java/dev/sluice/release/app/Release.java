package dev.sluice.release.app;

import dev.sluice.release.content.ChartFiles;
import dev.sluice.release.content.Checksums;
import dev.sluice.release.content.ImageIndex;
import dev.sluice.release.content.InstallManifest;
import dev.sluice.release.content.ReleaseNotes;
import dev.sluice.release.content.Sha256;
import dev.sluice.release.program.Cosign;
import dev.sluice.release.program.Git;
import dev.sluice.release.program.Helm;
import dev.sluice.release.program.Program;
import dev.sluice.release.program.Registry;
import dev.sluice.release.version.Artifact;
import dev.sluice.release.version.SemanticVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A release, in its order: what is asked for is checked, images are pushed by digest and signed, then charts, then the
/// images get their tags.
///
/// A tag is what makes a release one: whatever fails before the first leaves nothing that a second try would meet.
final class Release {
    private static final String DEFINITIONS = "sluice-crds";
    private static final String OPERATOR = "sluice";

    /// In the order in which they are installed.
    private static final List<String> CHARTS = List.of(DEFINITIONS, OPERATOR);

    /// The images that the charts name.
    private static final List<String> PINNED = List.of("operator", "endpoint-picker");

    private final Path checkout;
    private final ReleaseRequest request;
    private final Parts parts;
    private final PrintWriter out;

    /// The programs that make it.
    ///
    /// @param work a folder that is deleted afterwards
    /// @param cosign nothing is signed without it
    record Parts(Path work, Git git, Registry registry, Helm helm, Optional<Cosign> cosign) {}

    Release(Path checkout, ReleaseRequest request, Parts parts, PrintWriter out) {
        this.checkout = checkout;
        this.request = request;
        this.parts = parts;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        String revision = parts.git().cleanRevision();
        checkSourcesAreOf(request.version());
        checkOutput();
        Optional<String> publicKey =
                parts.cosign().isPresent() ? Optional.of(parts.cosign().get().publicKey()) : Optional.empty();
        checkNoTagIsThere();

        ImageArchives archives = ImageArchives.in(images());
        archives.check(parts.registry(), revision);
        Files.createDirectories(request.output());
        List<Artifact> images = new ArrayList<>();
        for (String name : ImageArchives.NAMES) {
            images.add(pushImage(name, archives, revision));
        }
        List<Path> charts = new ArrayList<>();
        for (String chart : CHARTS) {
            charts.add(writeChart(chart, images));
        }
        writeInstallManifest(charts);
        List<Artifact> pushed = new ArrayList<>();
        for (Path chart : charts) {
            Path archive = parts.helm().pack(chart, request.output());
            String name = chart.getFileName().toString();
            Artifact artifact = parts.helm().push(name, archive, request.registry());
            sign(artifact);
            told(artifact);
            pushed.add(artifact);
        }
        for (Artifact image : images) {
            parts.registry().tag(image, image.tagged(request.version()));
        }
        writeNotes(images, pushed);
        if (publicKey.isPresent()) {
            Files.writeString(request.output().resolve("cosign.pub"), publicKey.get());
        }
        writeChecksums();
        out.printf(
                "released %s to %s; its files are in %s%n",
                request.version(), request.registry().name(), request.output());
    }

    private void checkSourcesAreOf(SemanticVersion version) throws IOException {
        String sources = ChartFiles.appVersion(Files.readString(chart(OPERATOR).resolve("Chart.yaml")));
        if (!SemanticVersion.parse(sources).core().equals(version.core())) {
            throw new IOException(
                    "VERSION is %s, and the sources are of %s. Release that or a pre-release of it, or first write the new version into every pom.xml and Chart.yaml, and the definitions by `CrdDriftTest`."
                            .formatted(version, sources));
        }
    }

    private void checkOutput() throws IOException {
        if (Files.exists(request.output())) {
            try (Stream<Path> files = Files.list(request.output())) {
                if (files.findAny().isPresent()) {
                    throw new IOException(
                            "--output %s is not empty. Delete it, or name another folder.".formatted(request.output()));
                }
            }
        }
    }

    private void checkNoTagIsThere() throws IOException, InterruptedException {
        List<String> references = new ArrayList<>();
        ImageArchives.NAMES.forEach(name -> references.add(request.registry().image(name)));
        CHARTS.forEach(chart -> references.add(request.registry().chart(chart)));
        for (String repository : references) {
            String reference = repository + ":" + request.version();
            if (parts.registry().has(reference)) {
                throw new IOException(
                        "%s is released already, and a released version does not change. Choose another version."
                                .formatted(reference));
            }
        }
    }

    /// The folder of archives: one that was given, or one that is made now.
    private Path images() throws IOException, InterruptedException {
        if (request.images().isPresent()) {
            return request.images().get().toAbsolutePath();
        }
        Path made = parts.work().resolve("images");
        out.println("building images");
        out.flush();
        new Program(checkout, List.of("bin/images"))
                .succeed(
                        "--arch",
                        request.architectures(),
                        "--output",
                        made.toString(),
                        "--tag",
                        request.version().toString(),
                        "--locked");
        return made;
    }

    private Artifact pushImage(String name, ImageArchives archives, String revision)
            throws IOException, InterruptedException {
        Path layout = parts.work().resolve("layouts").resolve(name);
        Files.createDirectories(layout);
        ImageIndex index = archives.lay(name, layout, parts.registry(), request.version(), revision);
        Artifact image = new Artifact(name, request.registry().image(name), index.digest());
        parts.registry().push("oci:%s:index".formatted(layout), image);
        for (String architecture : archives.architectures()) {
            for (String suffix : ImageArchives.EVIDENCE) {
                Path file = ImageArchives.file(archives.folder(), name, architecture, suffix);
                Files.copy(file, request.output().resolve(file.getFileName()));
            }
        }
        sign(image);
        attest(image, archives);
        told(image);
        return image;
    }

    /// States the bill of materials and the provenance of an image for each processor.
    private void attest(Artifact image, ImageArchives archives) throws IOException, InterruptedException {
        if (parts.cosign().isEmpty()) {
            return;
        }
        Cosign cosign = parts.cosign().get();
        for (String architecture : archives.architectures()) {
            String reference = image.repository() + "@" + archives.digest(image.name(), architecture);
            cosign.attest(reference, "cyclonedx", archives.bill(image.name(), architecture));
            Path predicate = Files.writeString(
                    parts.work().resolve("provenance.json"), archives.provenance(image.name(), architecture));
            cosign.attest(reference, "slsaprovenance1", predicate);
        }
    }

    private void sign(Artifact artifact) throws IOException, InterruptedException {
        if (parts.cosign().isPresent()) {
            parts.cosign().get().sign(artifact);
        }
    }

    private void told(Artifact artifact) {
        out.printf("%s%s%n", parts.cosign().isPresent() ? "pushed and signed " : "pushed ", artifact.reference());
        out.flush();
    }

    private Path chart(String name) {
        return checkout.resolve("deploy/helm").resolve(name);
    }

    private Path writeChart(String name, List<Artifact> images) throws IOException {
        Path copy = parts.work().resolve("charts").resolve(name);
        Folders.copy(chart(name), copy);
        List<Artifact> pinned =
                images.stream().filter(each -> PINNED.contains(each.name())).toList();
        Path chart = copy.resolve("Chart.yaml");
        Files.writeString(chart, ChartFiles.chart(Files.readString(chart), request.version(), pinned));
        if (name.equals(OPERATOR)) {
            Path values = copy.resolve("values.yaml");
            Files.writeString(values, ChartFiles.values(Files.readString(values), request.registry(), pinned));
        }
        return copy;
    }

    private void writeInstallManifest(List<Path> charts) throws IOException, InterruptedException {
        List<String> rendered = new ArrayList<>();
        for (Path chart : charts) {
            rendered.add(parts.helm().render(chart));
        }
        Files.writeString(
                request.output().resolve("install.yaml"),
                InstallManifest.of("Version %s.".formatted(request.version()), rendered));
    }

    private void writeNotes(List<Artifact> images, List<Artifact> charts) throws IOException, InterruptedException {
        Optional<String> previous = parts.git().lastTag("v" + request.version());
        ReleaseNotes notes = new ReleaseNotes(
                request.version(),
                images,
                charts,
                previous,
                parts.git().since(previous),
                parts.cosign().isPresent());
        Files.writeString(request.output().resolve("RELEASE_NOTES.md"), notes.markdown());
    }

    private void writeChecksums() throws IOException, InterruptedException {
        SortedMap<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(request.output())) {
            for (Path file : files.toList()) {
                hashes.put(file.getFileName().toString(), Sha256.of(Files.readAllBytes(file)));
            }
        }
        Path sums = Files.writeString(request.output().resolve(Checksums.FILE), Checksums.of(hashes));
        if (parts.cosign().isPresent()) {
            Path signature = request.output().resolve(Checksums.FILE + ".sigstore.json");
            parts.cosign().get().sign(sums, signature);
            // Cosign keeps it from others, as if it were a key.
            Files.setPosixFilePermissions(signature, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
