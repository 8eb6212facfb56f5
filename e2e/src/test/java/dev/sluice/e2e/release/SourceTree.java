package dev.sluice.e2e.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.release.program.Program;
import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A checkout with the charts of this one and commits of its own: this one may have changes at any time.
record SourceTree(Path folder) {
    /// What a release reads of a checkout.
    private static final List<String> READ = List.of("deploy/helm", "local-cluster/src/main/go");

    private static final Path IMAGES =
            Path.of("../target/images").toAbsolutePath().normalize();

    /// A tree with two commits, between them the tag of a release.
    static SourceTree make(Path folder) throws IOException, InterruptedException {
        for (String each : READ) {
            copy(Checkout.root().resolve(each), folder.resolve(each));
        }
        SourceTree tree = new SourceTree(folder);
        tree.git("init", "--quiet", "--initial-branch=main");
        tree.git("add", ".");
        tree.commit("Begin");
        tree.git("tag", "v0.0.9");
        Files.writeString(folder.resolve("README.md"), "A page.\n");
        tree.git("add", ".");
        tree.commit("Add a page");
        return tree;
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> tree = Files.walk(source)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(source.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private void commit(String subject) throws IOException, InterruptedException {
        git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", subject);
    }

    String git(String... arguments) throws IOException, InterruptedException {
        return new Program(folder, List.of("git")).succeed(arguments);
    }

    /// The images of `bin/images`, in whose provenance stands a commit of this tree.
    ///
    /// @param revision the commit
    static Path images(Path folder, String revision) throws IOException {
        Files.createDirectories(folder);
        ObjectMapper json = new ObjectMapper();
        try (Stream<Path> files = Files.list(IMAGES)) {
            for (Path file :
                    files.filter(each -> each.toString().contains("-amd64.")).toList()) {
                Path target = folder.resolve(file.getFileName());
                if (file.toString().endsWith(".provenance.json")) {
                    JsonNode statement = json.readTree(file.toFile());
                    for (JsonNode each : statement.findValues("digest")) {
                        if (each.has("gitCommit")) {
                            ((ObjectNode) each).put("gitCommit", revision);
                        }
                    }
                    json.writeValue(target.toFile(), statement);
                } else {
                    Files.createSymbolicLink(target, file);
                }
            }
        }
        return folder;
    }
}
