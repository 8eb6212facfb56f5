package dev.sluice.images.jars;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.images.component.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarCopyTest {
    @TempDir
    Path folder;

    @Test
    void generatedClassesComeAsFarAsOthersNameThem() throws Exception {
        Path program = jar("program.jar", Map.of("app/Main.class", type("app.Main", "api.Used")));
        Map<String, byte[]> classes = new LinkedHashMap<>();
        classes.put("api/Used.class", type("api.Used", "api.Behind"));
        classes.put("api/Behind.class", type("api.Behind", "java.lang.String"));
        classes.put("api/Unused.class", type("api.Unused", "api.Used"));
        classes.put("api/api.proto", new byte[] {1});
        Path api = jar("io/envoyproxy/controlplane/api/1/api-1.jar", classes);

        assertThat(copied(api, List.of(program, api), Architecture.AMD64))
                .containsExactlyInAnyOrder("api/Used.class", "api/Behind.class");
    }

    @Test
    void nativeCodeComesForOneSystem() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String system : List.of("linux-x86_64", "linux-aarch64", "win-x86_64")) {
            entries.put("native/lib/" + system + "/libtokenizers.so", new byte[] {1});
        }
        entries.put("native/lib/tokenizers.properties", new byte[] {1});
        Path jar = jar("tokenizers.jar", entries);

        assertThat(copied(jar, List.of(jar), Architecture.ARM64))
                .containsExactlyInAnyOrder(
                        "native/lib/linux-aarch64/libtokenizers.so", "native/lib/tokenizers.properties");
    }

    @Test
    void aJarThatIsWholeStaysTheSame() throws Exception {
        Path jar = jar("plain.jar", Map.of("a.txt", "text".getBytes(StandardCharsets.UTF_8)));
        Path copy = folder.resolve("copy.jar");

        JarCopy.of(List.of(jar), Architecture.AMD64).copy(jar, copy);

        assertThat(copy).hasSameBinaryContentAs(jar);
    }

    private List<String> copied(Path jar, List<Path> classPath, Architecture architecture) throws IOException {
        Path copy = folder.resolve("copy.jar");
        JarCopy.of(classPath, architecture).copy(jar, copy);
        try (ZipFile zip = new ZipFile(copy.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    private Path jar(String name, Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    /// A class with a field of another's type.
    private static byte[] type(String name, String fieldType) {
        return ClassFile.of()
                .build(
                        ClassDesc.of(name),
                        builder -> builder.withField("field", ClassDesc.of(fieldType), ClassFile.ACC_STATIC));
    }
}
