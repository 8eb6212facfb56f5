package dev.sluice.cluster;

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
    private static final String ROOT = "dev.sluice.cluster";

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
    void everyPackageIsListed() {
        Set<String> packages = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            packages.add(packageOf(type));
        }
        assertThat(packages).containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    private static boolean isHere(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }
}
