package dev.sluice.images.base;

import dev.sluice.images.process.Hash;
import dev.sluice.images.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A package of Debian, downloaded.
///
/// @param architecture of its files: a processor's, or `all`
/// @param source the package of sources that it is built from, by which advisories name it: `glibc` for `libc6`, with a
///     version behind `@` where that is another one
/// @param sha256 the hash of the file, in hexadecimal digits
public record DebianPackage(String name, String version, String architecture, String source, String sha256, Path file) {

    static DebianPackage read(Path file) throws IOException, InterruptedException {
        String format = "${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}";
        String[] fields = Program.run(
                        Path.of("."),
                        List.of(
                                "dpkg-deb",
                                "--show",
                                "--showformat=" + format,
                                file.toAbsolutePath().toString()))
                .split(" ", -1);
        String source = fields[4].equals(fields[1]) ? fields[3] : fields[3] + "@" + fields[4];
        return new DebianPackage(fields[0], fields[1], fields[2], source, Hash.sha256(file), file);
    }

    /// Unpacks its files, and none of its scripts.
    public void unpack(Path root) throws IOException, InterruptedException {
        Files.createDirectories(root);
        Program.run(root, List.of("dpkg-deb", "--extract", file.toString(), root.toString()));
    }

    /// What dpkg would know of it, where scanners of images without dpkg look for that.
    void register(Path root) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(root.resolve("var/lib/dpkg/status.d"));
        String control = Program.run(root, List.of("dpkg-deb", "--field", file.toString()));
        Files.writeString(folder.resolve(name), control);
    }

    @Override
    public String toString() {
        return "%s %s %s %s".formatted(name, architecture, version, sha256);
    }
}
