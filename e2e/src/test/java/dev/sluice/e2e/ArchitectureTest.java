package dev.sluice.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The packages of this module: the subjects that are tested, and what their tests stand on.
class ArchitectureTest {
    private static final String ROOT = "dev.sluice.e2e";
    private static final int MAX_LINES = 600;

    /// The packages that others may use; each may use those before it.
    private static final List<String> FOUNDATION = List.of("stack", "cluster", "chart", "sluice");

    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(ROOT);

    @Test
    void subjectsKnowOnlyWhatTestsStandOn() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String from = packageOf(type);
            int layer = FOUNDATION.contains(from) ? FOUNDATION.indexOf(from) : FOUNDATION.size();
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (target.getPackageName().startsWith(ROOT)
                        && !packageOf(target).equals(from)
                        && !FOUNDATION.subList(0, layer).contains(packageOf(target))) {
                    forbidden.add(dependency.getDescription());
                }
            }
        }
        assertThat(forbidden).isEmpty();
    }

    @Test
    void testsReachThePickerOnlyThroughAGateway() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".stack")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.sluice.picker.app.Picker")
                .check(CLASSES);
    }

    @Test
    void everyTestHasASubject() {
        assertThat(CLASSES.stream().filter(type -> packageOf(type).isEmpty()).map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("ArchitectureTest", "LanguageTest", "package-info");
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .hasSizeGreaterThan(FOUNDATION.size())
                .allMatch(name -> name.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }
}
