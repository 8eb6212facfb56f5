package dev.sluice.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.rules.SourceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends SourceRules {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice.api");

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

    @Test
    void typesCarryNoClientAndNoGenerator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.crdv2..", "io.fabric8.kubernetes.client.dsl..", "dev.sluice.picker..")
                .check(CLASSES);
    }
}
