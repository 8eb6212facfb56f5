package dev.sluice.e2e.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.release.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A release of the images of `bin/images` at a real registry, as its users get it.
@Tag("real")
class ReleaseIT {
    private static final String VERSION = "0.1.0-rc.1";
    private static final String PASSWORD = "COSIGN_PASSWORD=of-a-test";
    private static final List<String> IMAGES = List.of("operator", "endpoint-picker", "simulator", "sluice");
    private static final Pattern PUSHED = Pattern.compile("pushed and signed (\\S+)@(sha256:\\S+)");

    @TempDir
    private static Path folder;

    private static RegistryServer registry;
    private static SourceTree tree;
    private static Path images;
    private static Path output;
    private static Program cosign;
    private static Program helm;
    private static Program skopeo;

    /// Digests by their repositories, as the release told them.
    private static final Map<String, String> RELEASED = new TreeMap<>();

    @BeforeAll
    static void release() throws IOException, InterruptedException {
        cosign = new Program(folder, List.of("env", PASSWORD, program(GoBinary.COSIGN)));
        helm = new Program(folder, List.of(program(GoBinary.HELM)));
        skopeo = new Program(folder, List.of("skopeo"));
        registry = RegistryServer.start(folder);
        tree = SourceTree.make(folder.resolve("tree"));
        images = SourceTree.images(
                folder.resolve("images"), tree.git("rev-parse", "HEAD").strip());
        output = folder.resolve("output");
        cosign.succeed("generate-key-pair", "--output-key-prefix", "cosign");
        cosign.succeed("generate-key-pair", "--output-key-prefix", "other");

        Program.Outcome outcome = release(VERSION, place(), "--output=" + output);
        System.out.println(outcome.output());
        assertThat(outcome.code()).as(outcome.output() + outcome.errors()).isZero();
        for (MatchResult each : PUSHED.matcher(outcome.output()).results().toList()) {
            RELEASED.put(each.group(1), each.group(2));
        }
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void imagesArePulledByTheirDigests() throws Exception {
        for (String image : IMAGES) {
            String repository = place() + "/sluice/" + image;
            JsonNode index = new ObjectMapper()
                    .readTree(skopeo.succeed(
                            "inspect", "--raw", "--tls-verify=false", "docker://" + reference(repository)));
            assertThat(index.path("manifests")).singleElement().satisfies(each -> {
                assertThat(each.path("platform").path("architecture").asText()).isEqualTo("amd64");
                assertThat(each.path("digest").asText())
                        .isEqualTo(Files.readString(images.resolve(image + "-amd64.digest"))
                                .strip());
            });
            // It compares each blob with its digest.
            skopeo.succeed(
                    "copy",
                    "--quiet",
                    "--src-tls-verify=false",
                    "docker://" + reference(repository),
                    "dir:" + folder.resolve("pulled-" + image));
            assertThat(skopeo.succeed(
                                    "inspect",
                                    "--tls-verify=false",
                                    "--format={{.Digest}}",
                                    "docker://" + repository + ":" + VERSION)
                            .strip())
                    .isEqualTo(RELEASED.get(repository));
        }
        assertThat(RELEASED).hasSize(IMAGES.size() + 2);
    }

    @Test
    void theChartBringsTheseImages() throws Exception {
        helm.succeed("pull", "oci://" + place() + "/charts/sluice", "--version=" + VERSION, "--plain-http");
        Path chart = folder.resolve("sluice-" + VERSION + ".tgz");
        String objects = helm.succeed(
                "template", "sluice", chart.toString(), "--kube-version=" + GoBinary.KUBE_APISERVER.version());
        assertThat(objects)
                .contains("image: " + reference(place() + "/sluice/operator") + "\n")
                .contains("--picker-image=" + reference(place() + "/sluice/endpoint-picker") + "\n")
                .contains("app.kubernetes.io/version: " + VERSION);
        assertThat(helm.succeed("show", "chart", chart.toString()))
                .contains("version: " + VERSION, "appVersion: " + VERSION, reference(place() + "/sluice/operator"));
        helm.succeed("pull", "oci://" + place() + "/charts/sluice-crds", "--version=" + VERSION, "--plain-http");

        assertThat(Files.readString(output.resolve("install.yaml")))
                .contains("image: " + reference(place() + "/sluice/operator") + "\n")
                .contains("inferencepools.inference.networking.k8s.io");
    }

    @Test
    void everythingIsSignedByTheKeyAndNoOther() throws Exception {
        for (Map.Entry<String, String> each : RELEASED.entrySet()) {
            String reference = each.getKey() + "@" + each.getValue();
            assertThat(verify("cosign.pub", reference).code()).as(reference).isZero();
            assertThat(verify("other.pub", reference).code()).as(reference).isNotZero();
        }
        assertThat(verifySums(output.resolve("SHA256SUMS")).code()).isZero();
    }

    @Test
    void billsAndProvenanceAreAttested() throws Exception {
        for (String image : IMAGES) {
            String reference = place() + "/sluice/" + image + "@"
                    + Files.readString(images.resolve(image + "-amd64.digest")).strip();
            for (String type : List.of("cyclonedx", "slsaprovenance1")) {
                assertThat(attested("cosign.pub", type, reference).code())
                        .as(reference)
                        .isZero();
                assertThat(attested("other.pub", type, reference).code())
                        .as(reference)
                        .isNotZero();
            }
        }
    }

    @Test
    void whatWasChangedIsNotSigned() throws Exception {
        Path unpacked = Files.createDirectories(folder.resolve("changed"));
        new Program(unpacked, List.of("tar"))
                .succeed("xf", output.resolve("sluice-" + VERSION + ".tgz").toString());
        Path chart = unpacked.resolve("sluice");
        Files.writeString(chart.resolve("values.yaml"), "# Changed.\n", StandardOpenOption.APPEND);
        helm.succeed("package", chart.toString(), "--version=0.1.1", "--destination=" + unpacked);
        Program.Outcome pushed = helm.run(
                "push",
                unpacked.resolve("sluice-0.1.1.tgz").toString(),
                "oci://" + place() + "/charts",
                "--plain-http");
        String digest = Pattern.compile("sha256:[0-9a-f]{64}")
                .matcher(pushed.output() + pushed.errors())
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        String repository = place() + "/charts/sluice";
        assertThat(verify("cosign.pub", repository + "@" + digest).errors()).contains("no signatures found");

        // The signature of the other one does not fit either.
        skopeo.succeed(
                "copy",
                "--all",
                "--quiet",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "docker://" + repository + ":" + RELEASED.get(repository).replace(':', '-'),
                "docker://" + repository + ":" + digest.replace(':', '-'));
        assertThat(verify("cosign.pub", repository + "@" + digest).code()).isNotZero();

        Path sums = Files.writeString(
                folder.resolve("changed-sums"), Files.readString(output.resolve("SHA256SUMS")) + "\n");
        assertThat(verifySums(sums).code()).isNotZero();
    }

    @Test
    void everyFileHasItsChecksum() throws Exception {
        new Program(output, List.of("sha256sum")).succeed("--check", "--strict", "SHA256SUMS");
        try (Stream<Path> files = Files.list(output)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .contains(
                            "install.yaml",
                            "cosign.pub",
                            "sluice-" + VERSION + ".tgz",
                            "sluice-crds-" + VERSION + ".tgz")
                    .contains("operator-amd64.cdx.json", "operator-amd64.provenance.json")
                    .hasSize(2 * IMAGES.size() + 7);
        }
    }

    @Test
    void theNotesTellWhatChanged() throws Exception {
        assertThat(Files.readString(output.resolve("RELEASE_NOTES.md")))
                .contains("# Sluice " + VERSION)
                .contains("helm install sluice oci://" + place() + "/charts/sluice --version " + VERSION)
                .contains(reference(place() + "/sluice/operator"))
                .contains("## Changes since v0.0.9")
                .contains("- Add a page (")
                .doesNotContain("Begin");
    }

    @Test
    void aVersionIsReleasedOnce() throws Exception {
        assertRefused(release(VERSION, place(), "--output=" + folder.resolve("again")))
                .contains("/sluice/operator:" + VERSION, "is released already", "Choose another version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v0.1.0", "0.1", "0.1.0+build", "01.1.0", "latest"})
    void aVersionIsSemantic(String version) throws Exception {
        assertRefused(release(version, place())).contains("'" + version + "'", "Give one such as 1.2.3");
    }

    @Test
    void aVersionIsThatOfTheSources() throws Exception {
        assertRefused(release("7.0.0", place())).contains("VERSION is 7.0.0", "the sources are of 0.1.0");
    }

    @Test
    void aTreeWithChangesIsNotReleased() throws Exception {
        Path changed = folder.resolve("tree/deploy/helm/sluice/README.md");
        byte[] before = Files.readAllBytes(changed);
        Files.writeString(changed, "Changed.\n");
        try {
            assertRefused(release("0.1.0", place())).contains("deploy/helm/sluice/README.md", "Commit these files");
        } finally {
            Files.write(changed, before);
        }
    }

    @Test
    void aRegistryMustAnswer() throws Exception {
        String nobody = "127.0.0.1:" + Loopback.freePort();
        assertRefused(release("0.1.0", nobody)).contains(nobody, "connection refused", "See that --registry names");
        assertRefused(release("0.1.0", "https://registry.example"))
                .contains("'https://registry.example'", "without a scheme");
    }

    @Test
    void aRegistryWithoutTlsIsAskedOnlyWhereThatIsMeant() throws Exception {
        assertRefused(run("0.1.0", "--registry=" + place(), "--images=" + images))
                .contains(place(), "give --plain-http");
    }

    @Test
    void aKeyMustBeReadable() throws Exception {
        assertRefused(release("0.1.0", place(), "--key=" + folder.resolve("none.key")))
                .contains("none.key", "cosign generate-key-pair");
        Path noKey = Files.writeString(folder.resolve("no.key"), "text");
        assertRefused(release("0.1.0", place(), "--key=" + noKey)).contains("no.key", "COSIGN_PASSWORD");
    }

    @Test
    void imagesOfAnotherCommitAreNotReleased() throws Exception {
        Path others = SourceTree.images(folder.resolve("others"), "0123");
        assertRefused(release("0.1.0", place(), "--images=" + others)).contains("made from 0123", "bin/images");
        assertRefused(release("0.1.0", place(), "--images=" + folder.resolve("none")))
                .contains("there are no archives of images");
    }

    private static AbstractStringAssert<?> assertRefused(Program.Outcome outcome) {
        assertThat(outcome.code()).as(outcome.output()).isNotZero();
        return assertThat(outcome.errors()).startsWith("release: ");
    }

    private static Program.Outcome release(String version, String place, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(version, "--registry=" + place, "--plain-http"));
        List<String> given = List.of(more);
        if (given.stream().noneMatch(each -> each.startsWith("--key="))) {
            arguments.add("--key=" + folder.resolve("cosign.key"));
        }
        if (given.stream().noneMatch(each -> each.startsWith("--images="))) {
            arguments.add("--images=" + images);
        }
        arguments.addAll(given);
        return run(arguments.toArray(String[]::new));
    }

    /// Runs the command as `bin/release` does, of the tree.
    private static Program.Outcome run(String... arguments) throws IOException, InterruptedException {
        return new Program(
                        folder,
                        List.of(
                                "env",
                                PASSWORD,
                                Path.of(System.getProperty("java.home"), "bin/java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-Dsluice.home=" + tree.folder(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.sluice.release.app.Main"))
                .run(arguments);
    }

    private static Program.Outcome verify(String key, String reference) throws IOException, InterruptedException {
        return cosign.run("verify", "--key", key, "--insecure-ignore-tlog", "--allow-http-registry", reference);
    }

    private static Program.Outcome attested(String key, String type, String reference)
            throws IOException, InterruptedException {
        return cosign.run(
                "verify-attestation",
                "--key",
                key,
                "--type",
                type,
                "--insecure-ignore-tlog",
                "--allow-http-registry",
                reference);
    }

    private static Program.Outcome verifySums(Path sums) throws IOException, InterruptedException {
        return cosign.run(
                "verify-blob",
                "--key",
                output.resolve("cosign.pub").toString(),
                "--insecure-ignore-tlog",
                "--bundle",
                output.resolve("SHA256SUMS.sigstore.json").toString(),
                sums.toString());
    }

    private static String reference(String repository) {
        return repository + "@" + RELEASED.get(repository);
    }

    private static String place() {
        return registry.address() + "/team";
    }

    private static String program(GoBinary binary) throws IOException, InterruptedException {
        return Prerequisites.program(binary).toString();
    }
}
