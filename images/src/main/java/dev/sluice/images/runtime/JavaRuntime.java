package dev.sluice.images.runtime;

import dev.sluice.images.process.Folders;
import dev.sluice.images.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The Java runtime of images: the JDK's modules that the programs use, and no other part of it.
///
/// @param home its folder
/// @param release what its file `release` says: maker and version
public record JavaRuntime(Path home, Properties release) {
    /// What the class path uses, without AWT, which libraries name and find missing in peace.
    private static final String MODULES = String.join(
            ",",
            "java.base",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.sql",
            "java.xml",
            "jdk.crypto.ec",
            "jdk.httpserver",
            "jdk.jfr",
            "jdk.management",
            "jdk.unsupported",
            "jdk.zipfs");

    private static final String TRUST = "lib/security/cacerts";

    /// Links a runtime.
    ///
    /// @param linker the JDK whose jlink does it
    /// @param jdk the JDK whose modules it gets, of any processor
    public static JavaRuntime link(Path linker, Path jdk, Path home) throws IOException, InterruptedException {
        Folders.delete(home);
        Files.createDirectories(home.toAbsolutePath().getParent());
        List<String> command =
                new ArrayList<>(List.of(linker.resolve("bin/jlink").toString()));
        // A JDK without jmods links its own modules only.
        if (Files.isDirectory(jdk.resolve("jmods"))) {
            command.addAll(List.of("--module-path", jdk.resolve("jmods").toString()));
        } else if (!Files.isSameFile(linker, jdk)) {
            throw new IOException(
                    "The JDK " + jdk + " has no folder jmods, from which another JDK could link a runtime");
        }
        command.addAll(List.of(
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--exclude-files=**.debuginfo",
                "--no-header-files",
                "--no-man-pages",
                "--compress=zip-6",
                "--output",
                home.toAbsolutePath().toString()));
        Program.run(jdk, command);
        if (!Files.exists(home.resolve(TRUST))) {
            // Debian's is a link to a file that scripts of another package would write.
            Files.deleteIfExists(home.resolve(TRUST));
            Files.copy(linker.resolve(TRUST), home.resolve(TRUST));
        }
        Properties release = new Properties();
        for (Path source : List.of(home.resolve("release"), jdk.resolve("release"))) {
            if (Files.exists(source)) {
                try (var reader = Files.newBufferedReader(source)) {
                    release.load(reader);
                }
            }
        }
        return new JavaRuntime(home, release);
    }

    public String version() {
        return release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", "unknown"))
                .replace("\"", "");
    }

    public String maker() {
        return release.getProperty("IMPLEMENTOR", "OpenJDK").replace("\"", "");
    }
}
