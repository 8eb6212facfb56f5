package dev.sluice.images.application;

import dev.sluice.images.component.Architecture;
import dev.sluice.images.component.Component;
import dev.sluice.images.jars.JarCopy;
import dev.sluice.images.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A component's files as they stand in its image: jars, and the arguments of its JVM.
///
/// The JVM takes a cache only with the jars that it was trained with, which it knows by their order, names, sizes and
/// times.
/// Folders do not count, so that a training run needs no container.
public final class Application {
    /// The time of every file in an image.
    public static final Instant TIME = Instant.ofEpochSecond(1);

    /// Where the application's files are in an image, and the Java runtime.
    public static final String FOLDER = "/app";

    public static final String JAVA = "/opt/java";

    private static final String ARGUMENTS = "java.args";
    private static final String CACHE = "sluice.aot";

    private final Component component;
    private final Path folder;
    private final List<Library> libraries;
    private final JvmFlags flags;

    private Application(Component component, Path folder, List<Library> libraries, JvmFlags flags) {
        this.component = component;
        this.folder = folder;
        this.libraries = libraries;
        this.flags = flags;
    }

    /// Copies the component's jars.
    ///
    /// @param home the checkout, built
    public static Application lay(Component component, Architecture architecture, Path home, Path folder)
            throws IOException {
        Folders.renew(folder);
        JvmFlags flags = JvmFlags.ofTheBuild();
        Path target = home.resolve(component.module()).resolve("target");
        List<Path> sources = new ArrayList<>();
        sources.add(target.resolve("%s-%s.jar".formatted(component.module(), flags.version())));
        for (String jar :
                Files.readString(target.resolve("runtime.classpath")).strip().split(":", -1)) {
            sources.add(Path.of(jar));
        }
        JarCopy copy = JarCopy.of(sources, architecture);
        List<Library> libraries = new ArrayList<>();
        for (Path source : sources) {
            String name = source.getFileName().toString();
            if (!architecture.isForeign(name)) {
                Path jar = folder.resolve(name);
                copy.copy(source, jar);
                Files.setLastModifiedTime(jar, FileTime.from(TIME));
                libraries.add(Library.of(source, jar, flags.version()));
            }
        }
        return new Application(component, folder, libraries, flags);
    }

    public Component component() {
        return component;
    }

    public List<Library> libraries() {
        return libraries;
    }

    public String version() {
        return flags.version();
    }

    public Path folder() {
        return folder;
    }

    /// The cache that a training run made, if there was one.
    public Optional<Path> cache() {
        return Optional.of(folder.resolve(CACHE)).filter(Files::exists);
    }

    public Path cacheToBe() {
        return folder.resolve(CACHE);
    }

    /// Writes the arguments that the JVM gets in the image.
    public Path arguments() throws IOException {
        List<String> lines = new ArrayList<>(flags.common());
        lines.add(component.heap());
        if (cache().isPresent()) {
            lines.add("-XX:AOTCache=" + FOLDER + "/" + CACHE);
            lines.addAll(List.of("-Xlog:aot=off", "-Xlog:cds=off"));
        }
        return write(folder.resolve(ARGUMENTS), lines, FOLDER + "/");
    }

    /// Writes the arguments with which the JVM runs here, and learns.
    public void writeTrainingArguments(Path file) throws IOException {
        List<String> lines = new ArrayList<>(flags.common());
        lines.add(component.heap());
        lines.add("-XX:AOTCacheOutput=" + cacheToBe());
        // Not each class that it leaves out.
        lines.addAll(List.of("-Xlog:aot=error", "-Xlog:cds=error"));
        write(file, lines, folder + "/");
    }

    private Path write(Path file, List<String> flags, String prefix) throws IOException {
        String path = libraries.stream()
                .map(each -> prefix + each.jar().getFileName())
                .collect(Collectors.joining(":"));
        List<String> lines = new ArrayList<>(flags);
        lines.addAll(List.of("-cp", path, component.mainClass()));
        Files.write(file, lines);
        return file;
    }

    /// The command of the image.
    public List<String> entrypoint() {
        return List.of(JAVA + "/bin/java", "@" + FOLDER + "/" + ARGUMENTS);
    }

    /// Sluice's own jars, which change more often than those of others.
    public List<Path> ownJars() {
        return libraries.stream().filter(Library::isOwn).map(Library::jar).toList();
    }

    public List<Path> foreignJars() {
        return libraries.stream()
                .filter(each -> !each.isOwn())
                .map(Library::jar)
                .toList();
    }
}
