package dev.sluice.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The packages of this module: the tests, and what they stand on.
class ArchitectureTest {
    private static final String TESTS = "dev.sluice.e2e";
    private static final String STACK = "dev.sluice.e2e.stack";
    private static final String CLUSTER = "dev.sluice.e2e.cluster";
    private static final int MAX_LINES = 600;

    /// The packages of the local cluster, each with those that it may import; the first is the public face.
    private static final Map<String, Set<String>> CLUSTER_PACKAGES = Map.of(
            "", Set.of("binary", "controlplane", "files", "network", "node"),
            "app", Set.of("", "binary", "network"),
            "node", Set.of("binary", "controlplane", "files", "network", "process"),
            "controlplane", Set.of("binary", "network", "process"),
            "binary", Set.of(),
            "network", Set.of(),
            "process", Set.of(),
            "files", Set.of());

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(TESTS);

    @Test
    void whatTestsStandOnKnowsNoTest() {
        noClasses()
                .that()
                .resideInAPackage(STACK)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(TESTS)
                .check(CLASSES);
    }

    @Test
    void theClusterKnowsNoTestAndItsPackagesOnlyTheirLowerNeighbours() {
        CLUSTER_PACKAGES.forEach((name, allowed) -> {
            String[] reachable = Stream.concat(allowed.stream(), Stream.of(name))
                    .map(ArchitectureTest::clusterPackage)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(clusterPackage(name))
                    .should()
                    .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(TESTS + "..")
                            .and(not(JavaClass.Predicates.resideInAnyPackage(reachable))))
                    .check(CLASSES);
        });
    }

    private static String clusterPackage(String name) {
        return name.isEmpty() ? CLUSTER : CLUSTER + "." + name;
    }

    @Test
    void testsReachThePickerOnlyThroughAGateway() {
        noClasses()
                .that()
                .resideInAPackage(TESTS)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.sluice.picker.app.Picker")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() throws ClassNotFoundException {
        List<String> packages = Stream.concat(
                        Stream.of(TESTS, STACK, TESTS + ".chart"),
                        CLUSTER_PACKAGES.keySet().stream().map(ArchitectureTest::clusterPackage))
                .toList();
        for (String name : packages) {
            assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }
}
