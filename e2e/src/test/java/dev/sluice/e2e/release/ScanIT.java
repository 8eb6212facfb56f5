package dev.sluice.e2e.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.release.app.ScanMain;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The images' bills of materials against databases with advisories that are made up, of the form in which OSV
/// publishes them.
@Tag("real")
class ScanIT {
    private static final Path IMAGES = Path.of("../target/images");

    @TempDir
    private Path database;

    private record ScanResult(int code, String output) {}

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        assertThat(Prerequisites.program(GoBinary.OSV_SCANNER)).isExecutable();
    }

    @Test
    void anAdvisoryForALibraryIsFound() throws Exception {
        advise("Maven", "Maven", "io.netty:netty-buffer");
        advise("Debian", "Debian:13", "nothing");
        ScanResult outcome = scan(IMAGES);
        assertThat(outcome.code()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output()).contains("TEST-2026-1", "netty-buffer", "operator-amd64.cdx.json");
    }

    @Test
    void anAdvisoryForAPackageOfDebianIsFoundByItsSource() throws Exception {
        advise("Maven", "Maven", "com.example:nothing");
        advise("Debian", "Debian:13", "glibc");
        ScanResult outcome = scan(IMAGES);
        assertThat(outcome.code()).as(outcome.output()).isEqualTo(1);
        assertThat(outcome.output()).contains("TEST-2026-1", "glibc");
    }

    @Test
    void advisoriesForOthersAreNotOurs() throws Exception {
        advise("Maven", "Maven", "com.example:netty-buffer");
        advise("Debian", "Debian:12", "glibc");
        ScanResult outcome = scan(IMAGES);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("no known vulnerabilities in 4 bills");
    }

    @Test
    void withoutADatabaseNothingIsClean() throws Exception {
        ScanResult outcome = scan(IMAGES);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("scan: the database lacks " + database.resolve("Maven/all.zip"));

        advise("Maven", "Maven", "com.example:nothing");
        assertThat(scan(IMAGES).output()).contains("Debian/all.zip");
    }

    @Test
    void aBrokenDatabaseIsNoCleanOne() throws Exception {
        advise("Debian", "Debian:13", "nothing");
        Files.writeString(Files.createDirectories(database.resolve("Maven")).resolve("all.zip"), "no archive");
        assertThat(scan(IMAGES).code()).isEqualTo(2);
    }

    @Test
    void withoutBillsNothingIsClean() {
        ScanResult outcome = scan(database);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("no bills of materials", database.toString());
    }

    private ScanResult scan(Path images) {
        StringWriter output = new StringWriter();
        PrintWriter both = new PrintWriter(output, true);
        int code = ScanMain.execute(both, both, "--database=" + database, "--images=" + images);
        return new ScanResult(code, output.toString());
    }

    /// Writes a database with one advisory, for all versions of a package.
    private void advise(String folder, String ecosystem, String name) throws IOException {
        Path file = Files.createDirectories(database.resolve(folder)).resolve("all.zip");
        try (OutputStream bytes = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("TEST-2026-1.json"));
            zip.write("""
                    {"schema_version": "1.6.0", "id": "TEST-2026-1", "summary": "Made up by a test",
                     "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
                     "affected": [{"package": {"ecosystem": "%s", "name": "%s"},
                       "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}
                    """.formatted(ecosystem, name).getBytes(StandardCharsets.UTF_8));
        }
    }
}
