package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.sluice.rules.PackageRules;
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
class ArchitectureTest extends PackageRules {
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

    ArchitectureTest() {
        super(ROOT, PACKAGES, Map.of());
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
}
