package dev.sluice.process;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import dev.sluice.rules.SourceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends SourceRules {
    @Test
    void theModuleKnowsTheJdkAndALogOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.slf4j..", "org.jspecify..", "dev.sluice.process")
                .check(CLASSES);
    }
}
