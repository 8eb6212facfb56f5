package dev.sluice.images;

import dev.sluice.rules.PackageRules;
import java.util.Map;
import java.util.Set;

/// The packages of this module, which of them may use which, and what stands in only one of them.
class ArchitectureTest extends PackageRules {
    /// Each package and the packages that it may use.
    private static final Map<String, Set<String>> PACKAGES = Map.ofEntries(
            Map.entry("", Set.of()),
            Map.entry("process", Set.of()),
            Map.entry("component", Set.of()),
            Map.entry("base", Set.of("component", "process")),
            Map.entry("runtime", Set.of("process")),
            Map.entry("jars", Set.of("component")),
            Map.entry("application", Set.of("component", "jars", "process")),
            Map.entry("training", Set.of("application", "component", "process", "runtime")),
            Map.entry("evidence", Set.of("application", "base", "component", "process", "runtime")),
            Map.entry("container", Set.of("application", "component")),
            Map.entry(
                    "app",
                    Set.of(
                            "application",
                            "base",
                            "component",
                            "container",
                            "evidence",
                            "process",
                            "runtime",
                            "training")));

    /// Foreign packages and the only packages that may use them.
    private static final Map<String, Set<String>> ONLY_IN = Map.of(
            "com.google.cloud.tools.jib", Set.of("container"),
            "org.cyclonedx", Set.of("evidence"),
            "io.fabric8", Set.of("training"),
            "dev.sluice.standalone", Set.of("training"),
            "picocli", Set.of("app"));

    ArchitectureTest() {
        super("dev.sluice.images", PACKAGES, ONLY_IN);
    }
}
