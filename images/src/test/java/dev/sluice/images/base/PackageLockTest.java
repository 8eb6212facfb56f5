package dev.sluice.images.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageLockTest {
    @TempDir
    Path folder;

    @Test
    void aNewerPackageIsTold() throws IOException {
        Path file = folder.resolve("packages.lock");
        PackageLock.read(file).update(List.of(libc("2.41-12", "ab")), file);
        PackageLock lock = PackageLock.read(file);

        assertThat(lock.differences(List.of(libc("2.41-12", "ab")))).isEmpty();
        assertThat(lock.differences(List.of(libc("2.41-13", "cd"))))
                .containsExactly("expected libc6 amd64 2.41-12 ab, but the mirror serves libc6 amd64 2.41-13 cd");
    }

    @Test
    void aPackageThatNobodyLockedIsTold() throws IOException {
        assertThat(PackageLock.read(folder.resolve("missing")).differences(List.of(libc("1", "ab"))))
                .containsExactly("not in the lock: libc6 amd64 1 ab");
    }

    @Test
    void anUpdateKeepsThePackagesOfOtherProcessors() throws IOException {
        Path file = folder.resolve("packages.lock");
        PackageLock.read(file).update(List.of(libc("1", "ab")), file);
        DebianPackage other = new DebianPackage("libc6", "1", "arm64", "glibc", "ef", Path.of("libc6.deb"));

        PackageLock.read(file).update(List.of(other), file);

        assertThat(PackageLock.read(file).differences(List.of(libc("1", "ab"), other)))
                .isEmpty();
    }

    private static DebianPackage libc(String version, String sha256) {
        return new DebianPackage("libc6", version, "amd64", "glibc", sha256, Path.of("libc6.deb"));
    }
}
