package dev.sluice.images.jars;

import dev.sluice.images.component.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Copies the jars of a class path, less what an image has no use for.
public final class JarCopy {
    private static final Map<Architecture, List<String>> NATIVE = Map.of(
            Architecture.AMD64, List.of("native/lib/linux-x86_64/", "com/sun/jna/linux-x86-64/"),
            Architecture.ARM64, List.of("native/lib/linux-aarch64/", "com/sun/jna/linux-aarch64/"));

    /// Folders of native code, a folder below for each system.
    private static final List<String> SYSTEMS = List.of("native/lib/", "com/sun/jna/");

    private static final List<String> LIBRARIES = List.of(".so", ".dll", ".dylib", ".jnilib", ".a");

    /// The jars of Envoy's API and of Google's, by the paths at which Maven keeps them.
    private static final List<String> GENERATED =
            List.of("/io/envoyproxy/controlplane/api/", "/com/google/api/grpc/proto-google-common-protos/");

    private final Architecture architecture;
    private final Set<String> reached;

    private JarCopy(Architecture architecture, Set<String> reached) {
        this.architecture = architecture;
        this.reached = reached;
    }

    public static JarCopy of(List<Path> classPath, Architecture architecture) throws IOException {
        List<Path> generated = classPath.stream().filter(JarCopy::isGenerated).toList();
        List<Path> rest = classPath.stream().filter(jar -> !isGenerated(jar)).toList();
        return new JarCopy(architecture, ReachableClasses.of(generated, rest));
    }

    private static boolean isGenerated(Path jar) {
        return GENERATED.stream().anyMatch(jar.toString()::contains);
    }

    /// Copies one of them; one that is whole stays byte for byte the same.
    public void copy(Path source, Path target) throws IOException {
        Predicate<String> isUseless = isGenerated(source) ? this::isUnreached : this::isForeign;
        try (ZipFile jar = new ZipFile(source.toFile())) {
            if (jar.stream().map(ZipEntry::getName).noneMatch(isUseless)) {
                Files.copy(source, target);
                return;
            }
            try (OutputStream file = Files.newOutputStream(target);
                    ZipOutputStream out = new ZipOutputStream(file)) {
                out.setLevel(Deflater.BEST_COMPRESSION);
                for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                    ZipEntry entry = entries.nextElement();
                    if (!isUseless.test(entry.getName())) {
                        copy(jar, entry, out);
                    }
                }
            }
        }
    }

    private static void copy(ZipFile jar, ZipEntry entry, ZipOutputStream out) throws IOException {
        ZipEntry copy = new ZipEntry(entry.getName());
        // The same in every zone of time.
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(out);
        }
        out.closeEntry();
    }

    private boolean isUnreached(String entry) {
        return entry.endsWith(".proto") || (entry.endsWith(".class") && !reached.contains(entry));
    }

    private boolean isForeign(String entry) {
        return SYSTEMS.stream().anyMatch(entry::startsWith)
                && LIBRARIES.stream().anyMatch(entry::endsWith)
                && NATIVE.getOrDefault(architecture, List.of()).stream().noneMatch(entry::startsWith);
    }
}
