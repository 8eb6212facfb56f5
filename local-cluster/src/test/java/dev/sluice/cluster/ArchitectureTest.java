package dev.sluice.cluster;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use; the root is the public face.
    private static final Map<String, Set<String>> PACKAGES = Map.of(
            "", Set.of("binary", "controlplane", "files", "network", "node"),
            "app", Set.of("", "binary", "network"),
            "node", Set.of("binary", "controlplane", "files", "network", "node.probe", "node.spec", "process"),
            "node.probe", Set.of("node.spec"),
            "node.spec", Set.of(),
            "controlplane", Set.of("binary", "network", "process"),
            "binary", Set.of(),
            "network", Set.of(),
            "process", Set.of(),
            "files", Set.of());

    ArchitectureTest() {
        super("dev.sluice.cluster", PACKAGES, Map.of());
    }
}
