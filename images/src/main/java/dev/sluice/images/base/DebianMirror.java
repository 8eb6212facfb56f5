package dev.sluice.images.base;

import dev.sluice.images.component.Architecture;
import dev.sluice.images.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Packages of one release of Debian, from the mirror that apt uses on this machine; apt checks signatures and hashes.
///
/// Nothing is installed, and apt's own lists are left alone.
public final class DebianMirror {
    private static final String RELEASE = "trixie";
    private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private final Path work;
    private final PackageLock lock;

    /// @param work where downloads and lists of packages are kept
    public DebianMirror(Path work, PackageLock lock) {
        this.work = work.toAbsolutePath();
        this.lock = lock;
    }

    /// Downloads the current version of each, unless all of them are here as locked.
    public List<DebianPackage> download(Architecture architecture, List<String> names)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("packages").resolve(architecture.id()));
        List<DebianPackage> present = present(folder, names);
        if (present.size() == names.size() && present.stream().allMatch(lock::holds)) {
            return present;
        }
        for (DebianPackage old : present) {
            Files.delete(old.file());
        }
        List<String> options = options(architecture);
        apt(folder, options, List.of("update", "--error-on=any"));
        List<String> download = new ArrayList<>(List.of("download"));
        download.addAll(names);
        apt(folder, options, download);
        return present(folder, names);
    }

    private static List<DebianPackage> present(Path folder, List<String> names)
            throws IOException, InterruptedException {
        List<DebianPackage> found = new ArrayList<>();
        for (String name : names) {
            List<Path> files;
            try (Stream<Path> inside = Files.list(folder)) {
                files = inside.filter(file -> file.getFileName().toString().startsWith(name + "_"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                found.add(DebianPackage.read(file));
            }
        }
        return found;
    }

    private static void apt(Path folder, List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("apt-get", "--quiet=2"));
        command.addAll(options);
        command.addAll(arguments);
        Program.run(folder, Map.of("LC_ALL", "C"), command);
    }

    /// An apt of this processor and release alone, as if nothing were installed.
    private List<String> options(Architecture architecture) throws IOException, InterruptedException {
        Path apt = work.resolve("apt").resolve(architecture.id());
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("archives/partial"));
        Path sources = apt.resolve("debian.sources");
        Files.writeString(sources, String.join("\n", sources(architecture)));
        return Stream.of(
                        "Dir::Etc::sourcelist=" + sources,
                        "Dir::Etc::sourceparts=/dev/null",
                        "Dir::State=" + apt,
                        "Dir::State::status=/dev/null",
                        "Dir::Cache=" + apt,
                        "APT::Architecture=" + architecture.id(),
                        "APT::Architectures=" + architecture.id(),
                        "APT::Sandbox::User=root",
                        "Acquire::Languages=none",
                        "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
                        "Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled=false",
                        "Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled=false")
                .flatMap(option -> Stream.of("--option", option))
                .toList();
    }

    private List<String> sources(Architecture architecture) throws IOException, InterruptedException {
        List<String> sources = new ArrayList<>();
        for (String mirror : mirrors()) {
            String[] fields = mirror.split(" ", 2);
            String suite = fields[1].endsWith("-Security") ? RELEASE + "-security" : RELEASE;
            sources.add("""
                    Types: deb
                    URIs: %s
                    Suites: %s
                    Components: main
                    Architectures: %s
                    Signed-By: %s
                    """.formatted(fields[0], suite, architecture.id(), KEYS));
        }
        return sources;
    }

    /// The mirrors of this machine's apt with their labels.
    private List<String> mirrors() throws IOException, InterruptedException {
        String targets;
        try {
            targets = Program.run(
                    work,
                    List.of("apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL)", "Created-By: Packages"));
        } catch (IOException failure) {
            throw new IOException(
                    "The base layer comes from Debian packages, and there is no apt-get here that finds some. "
                            + "Give an image to build on instead, such as --base BASE.tar.",
                    failure);
        }
        List<String> mirrors = targets.lines()
                .filter(line -> line.endsWith(" Debian") || line.endsWith(" Debian-Security"))
                .distinct()
                .toList();
        if (mirrors.isEmpty()) {
            throw new IOException("The base layer comes from Debian packages, and apt has no list of any: run "
                    + "`apt-get update`, or give an image to build on, such as --base BASE.tar.");
        }
        return mirrors;
    }
}
