package dev.sluice.images.container;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import dev.sluice.images.application.Application;
import dev.sluice.images.component.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An image, layer upon layer: base, Java, libraries, Sluice's own jars, and last the JVM's cache, the only part that
/// two
/// builds make differently.
public final class ImageWriter {
    private static final String USER = "65532";
    /// Registries that may do without TLS.
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.[\\d.]+)(:\\d+)?");

    private static final String BILL_FOLDER = "/usr/share/sbom/";

    private final Path work;
    private final Architecture architecture;

    public ImageWriter(Path work, Architecture architecture) {
        this.work = work;
        this.architecture = architecture;
    }

    /// The content of an image, beside its base.
    ///
    /// @param reference the image's name: registry, path and tag
    /// @param java the folder of the runtime
    /// @param bill the bill of materials
    /// @param created the time that the image tells
    public record Content(
            String reference,
            Application application,
            Path java,
            Path bill,
            Map<String, String> labels,
            Instant created) {

        ImageReference name() {
            try {
                return ImageReference.parse(reference);
            } catch (InvalidImageReferenceException invalid) {
                throw new IllegalArgumentException("this is no name of an image: " + reference, invalid);
            }
        }
    }

    /// Writes the image as an archive of `docker save`.
    ///
    /// @param base what it stands on, as such an archive or a reference
    /// @return the image's digest
    public String write(String base, Content content, Path file) throws IOException, InterruptedException {
        return contain(base, content, Containerizer.to(TarImage.at(file).named(content.name())));
    }

    /// Pushes the image, as the user whom docker's or podman's login knows.
    ///
    /// @return the image's digest
    public String push(String base, Content content) throws IOException, InterruptedException {
        ImageReference name = content.name();
        CredentialRetrieverFactory credentials = CredentialRetrieverFactory.forImage(name, _ -> {});
        boolean isHere = LOOPBACK.matcher(name.getRegistry()).matches();
        return contain(
                base,
                content,
                Containerizer.to(RegistryImage.named(name)
                                .addCredentialRetriever(credentials.dockerConfig())
                                .addCredentialRetriever(credentials.wellKnownCredentialHelpers()))
                        .setAllowInsecureRegistries(isHere));
    }

    private String contain(String base, Content content, Containerizer target)
            throws IOException, InterruptedException {
        try {
            JibContainer image = describe(from(base), content)
                    .containerize(target.setBaseImageLayersCache(work.resolve("layers"))
                            .setApplicationLayersCache(work.resolve("layers"))
                            .setToolName("sluice-images"));
            return image.getDigest().toString();
        } catch (RegistryException | CacheDirectoryCreationException | ExecutionException failure) {
            throw new IOException("the image could not be made: " + failure.getMessage(), failure);
        } catch (InvalidImageReferenceException invalid) {
            throw new IOException("--base is neither a file nor the reference of an image: " + base, invalid);
        }
    }

    private static JibContainerBuilder from(String base) throws InvalidImageReferenceException {
        Path file = Path.of(base);
        return Files.exists(file) ? Jib.from(TarImage.at(file)) : Jib.from(base);
    }

    private JibContainerBuilder describe(JibContainerBuilder image, Content content) throws IOException {
        Application application = content.application();
        image.addFileEntriesLayer(folder("java", content.java(), Application.JAVA));
        image.addFileEntriesLayer(files("libraries", application.foreignJars()));
        image.addFileEntriesLayer(files("sluice", application.ownJars()).toBuilder()
                .addEntry(
                        application.arguments(),
                        path(Application.FOLDER + "/java.args"),
                        permissions(false),
                        Application.TIME)
                .addEntry(
                        content.bill(),
                        path(BILL_FOLDER + content.bill().getFileName()),
                        permissions(false),
                        Application.TIME)
                .build());
        application.cache().ifPresent(cache -> image.addFileEntriesLayer(files("cache", List.of(cache))));
        return image.setEntrypoint(application.entrypoint())
                .setProgramArguments(List.of())
                .setUser(USER)
                .setWorkingDirectory(path("/tmp"))
                .setEnvironment(new TreeMap<>(Map.of("LANG", "C.UTF-8", "HOME", "/tmp")))
                .setExposedPorts(application.component().ports().stream()
                        .map(Port::tcp)
                        .collect(Collectors.toCollection(LinkedHashSet::new)))
                .setLabels(content.labels())
                .setCreationTime(content.created())
                .setFormat(ImageFormat.OCI)
                .setPlatforms(Set.of(new Platform(architecture.id(), "linux")));
    }

    private static FileEntriesLayer files(String name, List<Path> files) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (Path file : files) {
            layer.addEntry(
                    file, path(Application.FOLDER + "/" + file.getFileName()), permissions(false), Application.TIME);
        }
        return layer.build();
    }

    private static FileEntriesLayer folder(String name, Path folder, String target) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path file : inside.sorted().toList()) {
                String below = folder.relativize(file).toString();
                boolean runs = Files.isDirectory(file) || Files.isExecutable(file);
                layer.addEntry(
                        file,
                        path(below.isEmpty() ? target : target + "/" + below),
                        permissions(runs),
                        Application.TIME);
            }
        }
        return layer.build();
    }

    private static AbsoluteUnixPath path(String path) {
        return AbsoluteUnixPath.get(path);
    }

    private static FilePermissions permissions(boolean runs) {
        return FilePermissions.fromOctalString(runs ? "755" : "644");
    }
}
