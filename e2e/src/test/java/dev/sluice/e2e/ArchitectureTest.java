package dev.sluice.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The packages of this module: the tests, and what they stand on.
class ArchitectureTest {
    private static final String TESTS = "dev.sluice.e2e";
    private static final String STACK = "dev.sluice.e2e.stack";
    private static final int MAX_LINES = 600;

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
        for (String name : List.of(TESTS, STACK, TESTS + ".chart", TESTS + ".cluster")) {
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
