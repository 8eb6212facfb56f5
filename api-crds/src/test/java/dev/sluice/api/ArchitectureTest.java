package dev.sluice.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import dev.sluice.rules.SourceRules;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends SourceRules {

    @Test
    void upstreamsTypesKnowNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.api.v1")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.api.v1alpha1")
                .check(CLASSES);
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /// The types of one API version are one package: its name is part of each resource's `apiVersion`.
    @Override
    protected Set<String> packagesOfAnySize() {
        return Set.of("dev.sluice.api.v1alpha1");
    }

    @Test
    void typesCarryNoClientAndNoGenerator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.crdv2..", "io.fabric8.kubernetes.client.dsl..", "dev.sluice.picker..")
                .check(CLASSES);
    }

    @Override
    protected Map<String, String> longParameterLists() {
        String schema = "the fields of a resource, from which its CRD is generated";
        return Map.of(
                "Admission", schema,
                "InferenceModelSpec", schema,
                "InferencePoolPolicySpec", schema,
                "PrometheusQueries", schema,
                "Signals", schema);
    }
}
