package dev.sluice.standalone;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            Map.entry("app", Set.of("demo", "envoy", "fleet", "folder", "gateway")),
            Map.entry("demo", Set.of("envoy", "fleet", "folder", "gateway", "load")),
            Map.entry("gateway", Set.of("envoy", "folder")),
            Map.entry("fleet", Set.of("folder")),
            Map.entry("load", Set.of()),
            Map.entry("folder", Set.of()),
            Map.entry("envoy", Set.of()));

    /// Foreign packages and the only packages that may use them.
    private static final Map<String, Set<String>> ONLY_IN = Map.of(
            "picocli", Set.of("app"),
            "org.apache.hc", Set.of("load"),
            "org.yaml.snakeyaml", Set.of("folder"),
            "dev.sluice.simulator", Set.of("fleet", "demo", "app"),
            "dev.sluice.lab", Set.of("app"),
            "dev.sluice.picker", Set.of("gateway", "app"),
            "dev.sluice.operator", Set.of("gateway", "demo"));

    ArchitectureTest() {
        super("dev.sluice.standalone", PACKAGES, ONLY_IN);
    }
}
