package dev.sluice.cluster;

import static java.util.Map.entry;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use; the root is the public face.
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            entry("", Set.of("binary", "controlplane", "files", "network", "node")),
            entry("app", Set.of("", "binary", "network", "node", "podman")),
            entry(
                    "node",
                    Set.of(
                            "binary",
                            "controlplane",
                            "files",
                            "network",
                            "node.probe",
                            "node.spec",
                            "podman",
                            "process")),
            entry("node.probe", Set.of("node.spec")),
            entry("node.spec", Set.of()),
            entry("controlplane", Set.of("binary", "network", "process")),
            entry("binary", Set.of()),
            entry("network", Set.of()),
            entry("podman", Set.of("process")),
            entry("process", Set.of()),
            entry("files", Set.of()));

    ArchitectureTest() {
        super("dev.sluice.cluster", PACKAGES, Map.of());
    }
}
