package dev.sluice.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sluice.rules.PackageRules;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends PackageRules {

    private static final String ROOT = "dev.sluice.operator.";

    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            Map.entry("resolve.resources", Set.of()),
            Map.entry("resolve.backend", Set.of("resolve.resources")),
            Map.entry("resolve", Set.of("resolve.backend", "resolve.resources")),
            Map.entry("plan", Set.of("resolve", "resolve.backend", "resolve.resources")),
            Map.entry("envoy.admin", Set.of("plan")),
            Map.entry("envoy.reply", Set.of()),
            Map.entry("envoy", Set.of("envoy.admin", "envoy.reply", "plan")),
            Map.entry("extension", Set.of("envoy", "plan")),
            Map.entry("status", Set.of("plan", "resolve", "resolve.backend", "resolve.resources")),
            Map.entry("manifest", Set.of("plan", "resolve", "resolve.backend", "resolve.resources")),
            Map.entry("telemetry", Set.of()),
            Map.entry("translate", Set.of("plan", "resolve", "resolve.resources", "telemetry")),
            Map.entry(
                    "reconcile",
                    Set.of("manifest", "plan", "resolve", "resolve.resources", "status", "telemetry", "translate")),
            Map.entry(
                    "app",
                    Set.of(
                            "envoy",
                            "extension",
                            "manifest",
                            "plan",
                            "reconcile",
                            "resolve",
                            "resolve.resources",
                            "status",
                            "telemetry",
                            "translate")));

    /// Packages of others and the only packages that may use them.
    private static final Map<String, Set<String>> FOREIGN = Map.of(
            "org.bouncycastle", Set.of("resolve"),
            "com.google.re2j", Set.of("resolve"),
            "io.javaoperatorsdk", Set.of("reconcile"),
            "io.micrometer", Set.of("telemetry"),
            "io.envoyproxy", Set.of("envoy", "envoy.admin", "envoy.reply", "extension"),
            "io.grpc", Set.of("envoy", "extension"),
            "com.google.protobuf", Set.of("envoy", "envoy.admin", "envoy.reply", "extension"));

    ArchitectureTest() {
        super("dev.sluice.operator", PACKAGES, FOREIGN);
    }

    @Test
    void envoyKnowsNoResources() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "envoy")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "dev.sluice.api..")
                .check(CLASSES);
    }

    @Test
    void onlyTranslateReconcileAndAppKnowTheClient() {
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

    @Override
    protected Map<String, String> longParameterLists() {
        return Map.of("RefusalMemory.createDeltaWatch", "overrides a method of java-control-plane's");
    }
}
