package dev.sluice.images.base;

import dev.sluice.images.component.Architecture;
import dev.sluice.images.process.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The lowest layer as an image without a program: what a JVM needs of Debian, and neither shell nor package manager.
///
/// Not tzdata: Java has its own. Scripts of packages do not run, so that their results are written here.
public final class DebianBase {
    /// The C library, the two that native code of jars links to, certificates, and names of services and of the system.
    public static final List<String> PACKAGES =
            List.of("base-files", "ca-certificates", "libc6", "libgcc-s1", "libstdc++6", "netbase", "zlib1g");

    private static final List<String> UNUSED = List.of(
            "boot",
            "media",
            "mnt",
            "opt",
            "srv",
            "sys",
            "usr/bin",
            "usr/games",
            "usr/sbin",
            "usr/share/bug",
            "usr/share/info",
            "usr/share/lintian",
            "usr/share/locale",
            "usr/share/man",
            "usr/share/gcc",
            "usr/share/gdb");

    private static final String PASSWD = """
            root:x:0:0:root:/root:/nonexistent
            nobody:x:65534:65534:nobody:/nonexistent:/nonexistent
            nonroot:x:65532:65532:nonroot:/tmp:/nonexistent
            """;
    private static final String GROUP = """
            root:x:0:
            nogroup:x:65534:
            nonroot:x:65532:
            """;

    private final Path work;

    public DebianBase(Path work) {
        this.work = work;
    }

    /// Writes the image.
    ///
    /// @return its file
    public Path build(Architecture architecture, List<DebianPackage> packages)
            throws IOException, InterruptedException {
        Path folder = work.resolve("base").resolve(architecture.id());
        Path root = folder.resolve("root");
        Folders.delete(root);
        for (DebianPackage each : packages) {
            each.unpack(root);
            each.register(root);
        }
        prune(root, architecture);
        settle(root);
        return new BaseArchive(folder, architecture).write(root);
    }

    private static void prune(Path root, Architecture architecture) throws IOException {
        for (String path : UNUSED) {
            Folders.delete(root.resolve(path));
        }
        Path libraries = root.resolve("usr/lib").resolve(architecture.libraries());
        for (String path : List.of("gconv", "audit")) {
            Folders.delete(libraries.resolve(path));
        }
        // Licences stay.
        try (Stream<Path> documents = Files.walk(root.resolve("usr/share/doc"))) {
            for (Path file : documents.filter(each -> !Files.isDirectory(each)).toList()) {
                if (!file.endsWith("copyright")) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void settle(Path root) throws IOException {
        Path etc = root.resolve("etc");
        Files.writeString(etc.resolve("passwd"), PASSWD);
        Files.writeString(etc.resolve("group"), GROUP);
        Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
        Files.createDirectories(etc.resolve("ssl/certs"));
        Files.writeString(etc.resolve("ssl/certs/ca-certificates.crt"), certificates(root));
        Path temporary = Files.createDirectories(root.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /// All of Mozilla's, as `update-ca-certificates` would write them.
    private static String certificates(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("usr/share/ca-certificates/mozilla"))) {
            return files.sorted(Comparator.comparing(Path::toString))
                    .map(DebianBase::text)
                    .collect(Collectors.joining());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
