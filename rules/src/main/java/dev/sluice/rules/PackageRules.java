package dev.sluice.rules;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The packages of a module: which may use which, and which foreign packages stay in which of them.
public abstract class PackageRules extends SourceRules {
    private final String root;
    private final Map<String, Set<String>> packages;
    private final Map<String, Set<String>> foreign;

    /// @param root the package of all of them
    /// @param packages each package, by its name below the root, and the packages that it may use; "" is the root
    /// @param foreign packages of others and the only packages that may use them
    protected PackageRules(String root, Map<String, Set<String>> packages, Map<String, Set<String>> foreign) {
        this.root = root;
        this.packages = packages;
        this.foreign = foreign;
    }

    @Test
    void packagesUseOnlyThePackagesTheyMay() {
        Set<String> forbidden = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                String from = packageOf(type);
                if (isHere(target)
                        && !packageOf(target).equals(from)
                        && !packages.getOrDefault(from, Set.of()).contains(packageOf(target))) {
                    forbidden.add(from + " → " + packageOf(target) + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(forbidden).isEmpty();
    }

    @Test
    void thereIsNoCycleBetweenPackages() {
        slices().matching(root + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void foreignPackagesStayInTheirPackages() {
        Set<String> strays = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getPackageName();
                foreign.forEach((name, users) -> {
                    boolean uses = target.equals(name) || target.startsWith(name + ".");
                    if (uses && !users.contains(packageOf(type))) {
                        strays.add(dependency.getDescription());
                    }
                });
            }
        }
        assertThat(strays).isEmpty();
    }

    @Test
    void everyPackageIsListed() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            found.add(packageOf(type));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(packages.keySet());
    }

    private boolean isHere(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String packageOf(JavaClass type) {
        return type.getPackageName().equals(root) ? "" : type.getPackageName().substring(root.length() + 1);
    }
}
