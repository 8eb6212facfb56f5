package dev.sluice.images.app;

import dev.sluice.images.application.Application;
import dev.sluice.images.base.DebianBase;
import dev.sluice.images.base.DebianMirror;
import dev.sluice.images.base.DebianPackage;
import dev.sluice.images.base.PackageLock;
import dev.sluice.images.component.Architecture;
import dev.sluice.images.component.Component;
import dev.sluice.images.container.ImageWriter;
import dev.sluice.images.evidence.BillOfMaterials;
import dev.sluice.images.evidence.Provenance;
import dev.sluice.images.process.Hash;
import dev.sluice.images.process.Program;
import dev.sluice.images.runtime.JavaRuntime;
import dev.sluice.images.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The images of one processor, built in order: base, Java, jars, training, image, and what is told of it.
///
/// Beside each archive stand its bill of materials, its provenance, its digest and its cache.
final class ImageBuild {
    private static final String LOCK = "deploy/images/packages.lock";
    private static final String JDK_PACKAGE = "openjdk-25-jdk-headless";

    private final Path home;
    private final Outputs outputs;
    private final Path output;
    private final Path work;
    private final Inputs inputs;

    ImageBuild(Path home, Outputs outputs, Inputs inputs) throws IOException {
        this.home = home;
        this.outputs = outputs;
        this.output = Files.createDirectories(outputs.folder().toAbsolutePath());
        this.work = Files.createDirectories(home.resolve("target/images-work"));
        this.inputs = inputs;
    }

    /// What may come from elsewhere.
    ///
    /// @param base an archive or reference
    /// @param jdk a folder
    record Inputs(Optional<String> base, Optional<Path> jdk, CachePolicy cache, LockPolicy lock) {}

    /// Where images go.
    ///
    /// @param folder of the archives
    /// @param registry before the images' names; empty for none
    /// @param tag the build's version where it is empty
    /// @param push whether the registry gets them
    record Outputs(Path folder, String registry, String tag, boolean push) {
        String reference(Application application) {
            String version = tag.isEmpty() ? application.version().replace("-SNAPSHOT", "") : tag;
            String prefix = registry.isEmpty() ? "" : registry + "/";
            return "%ssluice/%s:%s".formatted(prefix, application.component().imageName(), version);
        }
    }

    /// Where the JVM's caches come from.
    sealed interface CachePolicy {
        record Train() implements CachePolicy {}

        /// @param folder of the output of an earlier build
        record Reuse(Path folder) implements CachePolicy {}

        record None() implements CachePolicy {}
    }

    /// What happens where Debian serves other packages than those of the lock.
    enum LockPolicy {
        WARN,
        ENFORCE,
        UPDATE
    }

    void run(Architecture architecture, List<Component> components) throws IOException, InterruptedException {
        DebianMirror mirror = new DebianMirror(work, PackageLock.read(home.resolve(LOCK)));
        List<DebianPackage> packages =
                inputs.base().isPresent() ? List.of() : checked(mirror.download(architecture, DebianBase.PACKAGES));
        String base = inputs.base().isPresent()
                ? inputs.base().get()
                : new DebianBase(work).build(architecture, packages).toString();
        JavaRuntime java = JavaRuntime.link(
                Path.of(System.getProperty("java.home")),
                jdk(architecture, mirror),
                work.resolve("java").resolve(architecture.id()));
        for (Component component : components) {
            long start = System.nanoTime();
            Application application = Application.lay(
                    component,
                    architecture,
                    home,
                    work.resolve("app").resolve(architecture.id()).resolve(component.imageName()));
            provideCache(application, architecture, java);
            build(application, architecture, base, java, packages);
            System.out.printf("  in %.1f s%n", (System.nanoTime() - start) / 1e9);
        }
    }

    private List<DebianPackage> checked(List<DebianPackage> packages) throws IOException {
        Path file = home.resolve(LOCK);
        PackageLock lock = PackageLock.read(file);
        List<String> differences = lock.differences(packages);
        if (!differences.isEmpty()) {
            String told = LOCK + " is behind: " + String.join("; ", differences);
            switch (inputs.lock()) {
                case WARN -> System.err.println("images: " + told);
                case ENFORCE ->
                    throw new IOException(
                            told + ". Run `bin/images --update-lock`, look at the difference, and commit it.");
                case UPDATE -> lock.update(packages, file);
            }
        }
        return packages;
    }

    /// The JDK whose modules are linked: for another processor Debian's, since no JDK brings those of two.
    private Path jdk(Architecture architecture, DebianMirror mirror) throws IOException, InterruptedException {
        if (inputs.jdk().isPresent()) {
            return inputs.jdk().get().toAbsolutePath();
        }
        if (architecture == Architecture.host()) {
            return Path.of(System.getProperty("java.home"));
        }
        Path root = work.resolve("jdk").resolve(architecture.id());
        Path jdk = root.resolve("usr/lib/jvm/java-25-openjdk-" + architecture.id());
        DebianPackage debian =
                checked(mirror.download(architecture, List.of(JDK_PACKAGE))).getFirst();
        if (!Files.isDirectory(jdk.resolve("jmods"))) {
            debian.unpack(root);
        }
        return jdk;
    }

    private void provideCache(Application application, Architecture architecture, JavaRuntime java)
            throws IOException, InterruptedException {
        switch (inputs.cache()) {
            case CachePolicy.None() -> {}
            case CachePolicy.Reuse(Path folder) ->
                Files.copy(
                        folder.resolve(name(application, architecture) + ".aot"),
                        application.cacheToBe(),
                        StandardCopyOption.REPLACE_EXISTING);
            case CachePolicy.Train() -> {
                if (architecture == Architecture.host()) {
                    new Training(java, work.resolve("training")).run(application);
                } else {
                    System.err.printf(
                            "images: no cache for %s: a training run needs a machine of that processor%n",
                            architecture.id());
                }
            }
        }
    }

    private static String name(Application application, Architecture architecture) {
        return application.component().imageName() + "-" + architecture.id();
    }

    private void build(
            Application application,
            Architecture architecture,
            String base,
            JavaRuntime java,
            List<DebianPackage> packages)
            throws IOException, InterruptedException {
        String name = name(application, architecture);
        Path bill = output.resolve(name + ".cdx.json");
        Instant created = Instant.ofEpochSecond(
                Long.parseLong(git("log", "-1", "--format=%ct").orElse("1")));
        BillOfMaterials.of(application, java, packages, created).write(bill);
        Provenance.Source source = source();
        Path archive = output.resolve(name + ".tar");
        ImageWriter writer = new ImageWriter(work, architecture);
        ImageWriter.Content content = new ImageWriter.Content(
                outputs.reference(application), application, java.home(), bill, labels(application, source), created);
        String digest = writer.write(base, content, archive);
        Provenance provenance = new Provenance(source, parameters(application, architecture));
        packages.forEach(provenance::use);
        provenance.use(java);
        if (application.cache().isPresent()) {
            Path cache = output.resolve(name + ".aot");
            Files.copy(application.cache().get(), cache, StandardCopyOption.REPLACE_EXISTING);
            provenance.useCache(Hash.sha256(cache));
        }
        provenance.write(
                "sluice/" + application.component().imageName(), digest, output.resolve(name + ".provenance.json"));
        Files.writeString(output.resolve(name + ".digest"), digest + "\n");
        if (outputs.push()) {
            System.out.println("pushed " + outputs.reference(application) + "@" + writer.push(base, content));
        }
        System.out.printf(
                "%s %s%n  archive %.1f MB, unpacked %.1f MB%n",
                archive, digest, Files.size(archive) / 1e6, unpacked(base, application, java) / 1e6);
    }

    private static double unpacked(String base, Application application, JavaRuntime java) throws IOException {
        double sum = Files.exists(Path.of(base)) ? Files.size(Path.of(base)) : 0;
        for (Path folder : List.of(application.folder(), java.home())) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sum += Files.size(file);
                }
            }
        }
        return sum;
    }

    private Map<String, Object> parameters(Application application, Architecture architecture) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("image", application.component().imageName());
        parameters.put("platform", "linux/" + architecture.id());
        inputs.base().ifPresent(base -> parameters.put("base", base));
        return parameters;
    }

    private Map<String, String> labels(Application application, Provenance.Source source) {
        String prefix = "org.opencontainers.image.";
        // In an order: that of a hash table differs from run to run.
        Map<String, String> labels = new TreeMap<>();
        labels.put(prefix + "title", "sluice " + application.component().imageName());
        labels.put(prefix + "description", application.component().description());
        labels.put(prefix + "version", outputs.tag().isEmpty() ? application.version() : outputs.tag());
        labels.put(prefix + "revision", source.revision());
        labels.put(prefix + "licenses", "Apache-2.0");
        labels.put(prefix + "vendor", "Sluice");
        return labels;
    }

    private Provenance.Source source() throws InterruptedException {
        String revision = git("rev-parse", "HEAD").orElse("unknown");
        boolean clean = git("status", "--porcelain", "--untracked-files=no")
                .filter(String::isEmpty)
                .isPresent();
        return new Provenance.Source("sluice", clean ? revision : revision + "-dirty");
    }

    /// What git says of the checkout; nothing where there is none.
    private Optional<String> git(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            return Optional.of(Program.run(home, command).strip());
        } catch (IOException noCheckout) {
            return Optional.empty();
        }
    }
}
