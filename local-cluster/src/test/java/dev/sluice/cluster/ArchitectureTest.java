package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The packages of this module: who may use whom, and what stands only in one place.
class ArchitectureTest {
    private static final String ROOT = "dev.sluice.cluster";
    private static final int MAX_LINES = 400;

    /// Each package and the packages that it may use; the root is the public face.
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "", Set.of("binary", "controlplane", "files", "network", "node"),
            "app", Set.of("", "binary", "network"),
            "node", Set.of("binary", "controlplane", "files", "network", "process"),
            "controlplane", Set.of("binary", "network", "process"),
            "binary", Set.of(),
            "network", Set.of(),
            "process", Set.of(),
            "files", Set.of());

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice.cluster");

    @Test
    void packagesUseOnlyThePackagesTheyMay() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (isHere(target)
                        && !packageOf(target).equals(packageOf(type))
                        && !PACKAGES.getOrDefault(packageOf(type), Set.of()).contains(packageOf(target))) {
                    forbidden.add(dependency.getDescription());
                }
            }
        }
        assertThat(forbidden).isEmpty();
    }

    @Test
    void everyPackageIsListedAndNullMarked() throws ClassNotFoundException {
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            packages.add(packageOf(type));
        }
        assertThat(packages).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
        for (String name : packages) {
            Class<?> info = Class.forName((name.isEmpty() ? ROOT : ROOT + "." + name) + ".package-info");
            assertThat(info.isAnnotationPresent(NullMarked.class)).as(name).isTrue();
        }
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }

    private static boolean isHere(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }
}
