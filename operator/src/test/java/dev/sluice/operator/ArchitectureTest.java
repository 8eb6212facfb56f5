package dev.sluice.operator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.rules.SourceRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends SourceRules {

    private static final String ROOT = "dev.sluice.operator.";

    /// Each package and the packages that it may use.
    private static final Map<String, List<String>> PACKAGES = Map.of(
            "resolve", List.of(),
            "plan", List.of("resolve"),
            "envoy", List.of("plan"),
            "status", List.of("plan", "resolve"),
            "manifest", List.of("plan", "resolve"),
            "telemetry", List.of(),
            "translate", List.of("plan", "resolve", "telemetry"),
            "reconcile", List.of("manifest", "plan", "resolve", "status", "telemetry", "translate"),
            "app", List.of("envoy", "manifest", "plan", "reconcile", "resolve", "status", "telemetry", "translate"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.operator");

    @Test
    void everyPackageIsListed() {
        assertThat(CLASSES.stream()
                        .map(type -> type.getPackageName().substring(ROOT.length()))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(PACKAGES.keySet());
    }

    @Test
    void packagesUseOnlyThePackagesTheyMay() {
        PACKAGES.forEach((name, allowed) -> {
            String[] permitted = Stream.concat(Stream.of(name), allowed.stream())
                    .map(each -> ROOT + each)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + name)
                    .should()
                    .dependOnClassesThat(resideInAPackage(ROOT + ".").and(not(resideInAnyPackage(permitted))))
                    .check(CLASSES);
        });
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyEnvoyKnowsEnvoyAndOnlyItServes() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "envoy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.envoyproxy..", "io.grpc..", "com.google.protobuf..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "envoy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "dev.sluice.api..")
                .check(CLASSES);
    }

    @Test
    void onlyResolveReadsKeysAndPatterns() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "resolve")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..", "com.google.re2j..")
                .check(CLASSES);
    }

    @Test
    void onlyReconcileKnowsJosdkAndOnlyTelemetryMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "reconcile")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javaoperatorsdk..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "telemetry")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "translate", ROOT + "reconcile", ROOT + "app")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
                .check(CLASSES);
    }

    @Test
    void thePickerIsUnknownHere() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.picker..", "dev.sluice.standalone..")
                .check(CLASSES);
    }

    @Test
    void nothingReadsTheClockOrWritesToTheTerminal() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .check(CLASSES);
    }
}
