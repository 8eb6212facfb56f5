package dev.sluice.lab;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "app", Set.of("contender", "report", "run", "workload"),
            "report", Set.of("run", "workload"),
            "run", Set.of("contender", "fleet", "workload"),
            "contender", Set.of("fleet", "workload"),
            "workload", Set.of("fleet"),
            "fleet", Set.of());

    /// Foreign packages and the only packages that may use them.
    private static final Map<String, Set<String>> ONLY_IN = Map.of(
            "picocli", Set.of("app"),
            "dev.sluice.simulator", Set.of("contender", "fleet", "run", "workload"),
            "dev.sluice.picker", Set.of("contender", "workload"));

    ArchitectureTest() {
        super("dev.sluice.lab", PACKAGES, ONLY_IN);
    }

    /// Jackson lets unknown names pass where parts of a document are unwrapped; a misspelled name in a workload's
    /// file must not pass.
    @Override
    protected Map<String, String> longParameterLists() {
        String document = "the names in a workload's file, where users write them side by side";
        return Map.of("Workload", document, "Kind", document, "ServerGroup", document);
    }
}
