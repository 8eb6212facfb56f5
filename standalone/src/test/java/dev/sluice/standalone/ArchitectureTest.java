package dev.sluice.standalone;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.rules.SourceRules;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The packages of this module: who may use whom, and what stands only in one place.
class ArchitectureTest extends SourceRules {
    private static final String ROOT = "dev.sluice.standalone.";

    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            Map.entry("app", Set.of("demo", "envoy", "fleet", "folder", "gateway")),
            Map.entry("demo", Set.of("envoy", "fleet", "folder", "gateway", "load")),
            Map.entry("gateway", Set.of("envoy", "folder")),
            Map.entry("fleet", Set.of("folder")),
            Map.entry("load", Set.of()),
            Map.entry("folder", Set.of()),
            Map.entry("envoy", Set.of()));

    /// Foreign packages and the only packages that may use them.
    private static final Map<String, Set<String>> ONLY_IN = Map.of(
            "picocli", Set.of("app"),
            "org.apache.hc", Set.of("load"),
            "org.yaml.snakeyaml", Set.of("folder"),
            "dev.sluice.simulator", Set.of("fleet", "demo", "app"),
            "dev.sluice.lab", Set.of("app"),
            "dev.sluice.picker", Set.of("gateway", "app"),
            "dev.sluice.operator", Set.of("gateway", "demo"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice.standalone");

    @Test
    void packagesUseOnlyThePackagesTheyMay() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = packageOf(type);
                String to = packageOf(dependency.getTargetClass());
                if (!to.isEmpty()
                        && !to.equals(from)
                        && !PACKAGES.getOrDefault(from, Set.of()).contains(to)) {
                    forbidden.add(from + " → " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(forbidden).isEmpty();
    }

    @Test
    void thereIsNoCycleBetweenPackages() {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void foreignPackagesStayInTheirPackages() {
        Set<String> strays = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getPackageName();
                ONLY_IN.forEach((foreign, packages) -> {
                    boolean uses = target.equals(foreign) || target.startsWith(foreign + ".");
                    if (uses && !packages.contains(packageOf(type))) {
                        strays.add(dependency.getDescription());
                    }
                });
            }
        }
        assertThat(strays).isEmpty();
    }

    @Test
    void everyPackageIsListed() {
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            packages.add(packageOf(type));
        }
        assertThat(packages).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : "";
    }
}
