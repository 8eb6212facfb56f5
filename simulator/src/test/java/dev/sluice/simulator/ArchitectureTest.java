package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.sluice.rules.SourceRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The packages of this module and the arrows between them.
class ArchitectureTest extends SourceRules {
    private static final String ROOT = "dev.sluice.simulator";

    /// Each package with the packages that it may import.
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "engine", Set.of(),
            "tokens", Set.of("engine"),
            "api", Set.of("tokens"),
            "metrics", Set.of("engine"),
            "health", Set.of(),
            "serving", Set.of("engine", "metrics"),
            "events", Set.of("engine", "serving", "tokens"),
            "http", Set.of("api", "engine", "metrics", "serving", "tokens"),
            "", Set.of("engine", "events", "health", "http", "metrics", "serving"),
            "app", Set.of("", "engine", "serving"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        for (JavaClass type : CLASSES) {
            Set<String> allowed = PACKAGES.get(packageOf(type));
            assertThat(allowed).as("no such package: " + type.getName()).isNotNull();
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                if (target.getPackageName().startsWith(ROOT)
                        && !packageOf(target).equals(packageOf(type))) {
                    assertThat(allowed).as(dependency.getDescription()).contains(packageOf(target));
                }
            }
        }
    }

    @Test
    void everyPackageIsListed() {
        assertThat(CLASSES.stream().map(ArchitectureTest::packageOf).distinct())
                .containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void engineIsPure() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage(ROOT + ".engine")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        ROOT + ".engine",
                        "java.lang",
                        "java.lang.runtime",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "java.time",
                        "java.lang.invoke",
                        "org.jspecify..")
                .check(CLASSES);
        for (String method : List.of("nanoTime", "currentTimeMillis")) {
            ArchRuleDefinition.noClasses()
                    .that()
                    .resideInAnyPackage(ROOT + ".engine", ROOT + ".tokens", ROOT + ".api", ROOT + ".metrics")
                    .should()
                    .callMethod(System.class, method)
                    .check(CLASSES);
        }
    }

    @Test
    void nettyStaysInThePackagesThatTouchSockets() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".engine", ROOT + ".tokens", ROOT + ".api", ROOT + ".metrics")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are Netty's", (JavaClass type) -> type.getPackageName().startsWith("io.netty")))
                .check(CLASSES);
    }

    @Test
    void architectureDocumentHasTheSameTable() throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("..", "docs", "PACKAGES.md"))) {
            if (line.startsWith("## ")) {
                inside = line.equals("## Packages of the simulator");
            }
            if (inside && line.startsWith("| `")) {
                String[] cells = line.split("\\|");
                Set<String> imports = new TreeSet<>(List.of(cells[3].strip().split(", ")));
                imports.remove("–");
                if (imports.remove("the root")) {
                    imports.add("");
                }
                documented.put(cells[1].replace("`", "").strip(), imports);
            }
        }
        Map<String, Set<String>> packages = new TreeMap<>(PACKAGES);
        packages.remove("");
        assertThat(documented).isEqualTo(packages);
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }
}
