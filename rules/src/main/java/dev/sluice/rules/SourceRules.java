package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The source files of a module: short enough to be read, as their parameter lists are, in packages that say what
/// null means.
public abstract class SourceRules {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final int MAX_LINES = 400;
    private static final int MAX_FILES = 25;
    private static final int MAX_PARAMETERS = 6;
    private static final String BENCHMARK_CODE = ".jmh_generated";

    protected static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void everyPackageIsNullMarked() {
        assertThat(CLASSES.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .filteredOn(each -> !each.getName().endsWith(BENCHMARK_CODE))
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class));
    }

    @Test
    void noFileIsTooLongToRead() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).isNotEmpty();
            for (Path source : sources) {
                assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }

    @Test
    void noPackageHoldsMoreFilesThanAReaderKeepsApart() throws IOException {
        Map<Path, Long> files;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
        }
        assertThat(files).isNotEmpty();
        files.keySet()
                .removeIf(folder -> packagesOfAnySize()
                        .contains(SOURCES.relativize(folder).toString().replace(File.separatorChar, '.')));
        assertThat(files)
                .allSatisfy((folder, count) ->
                        assertThat(count).as(folder.toString()).isLessThanOrEqualTo(MAX_FILES));
    }

    @Test
    void noParameterListIsTooLongToRead() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (type.isAnonymousClass() || type.getPackageName().endsWith(BENCHMARK_CODE)) {
                continue;
            }
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (!unit.getModifiers().contains(JavaModifier.SYNTHETIC) && parameters(unit) > MAX_PARAMETERS) {
                    found.add(type.getSimpleName() + (unit.isConstructor() ? "" : "." + unit.getName()));
                }
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(longParameterLists().keySet());
    }

    /// The parameters that stand in the source: the compiler adds some to constructors of enums and inner classes.
    private static int parameters(JavaCodeUnit unit) {
        JavaClass type = unit.getOwner();
        int all = unit.getRawParameterTypes().size();
        if (!unit.isConstructor()) {
            return all;
        }
        if (type.isEnum()) {
            return all - 2;
        }
        return type.isInnerClass() ? all - 1 : all;
    }

    /// Records, constructors (`Type`) and methods (`Type.method`) that may have more parameters than a reader keeps
    /// apart, each with the reason.
    protected Map<String, String> longParameterLists() {
        return Map.of();
    }

    /// Packages that something other than their subject keeps together, such as the version of an API.
    protected Set<String> packagesOfAnySize() {
        return Set.of();
    }
}
