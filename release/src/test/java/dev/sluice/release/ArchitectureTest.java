package dev.sluice.release;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "", Set.of(),
            "version", Set.of(),
            "content", Set.of("version"),
            "program", Set.of("content", "version"),
            "scan", Set.of(),
            "app", Set.of("content", "program", "scan", "version"));

    /// Foreign packages and the only packages that may use them.
    private static final Map<String, Set<String>> ONLY_IN =
            Map.of("dev.sluice.cluster", Set.of("program"), "picocli", Set.of("app"));

    ArchitectureTest() {
        super("dev.sluice.release", PACKAGES, ONLY_IN);
    }
}
