package dev.sluice.picker;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.rules.SourceRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The packages, which may import which, and what only one of them may touch. `docs/PACKAGES.md` has the same
/// table.
class ArchitectureTest extends SourceRules {
    private static final String PICKER = "dev.sluice.picker.";
    private static final String API = "dev.sluice.api..";

    /// Package → the packages it may import.
    private static final Map<String, Set<String>> PACKAGES = packages("""
            choice:
            identity:
            prompt: identity
            time:
            memory:
            request: identity, prompt, time
            decision: identity
            constants: decision
            settings: identity, decision
            pool.signal:
            pool: choice, identity, prompt, settings, constants, pool.signal
            catalog: choice, identity, prompt, request
            payload.json:
            payload.request: choice, identity, prompt, payload.json
            payload.response: identity, prompt, payload.json, payload.request
            payload.reply: identity, prompt, request
            prefix: choice, prompt, pool, pool.signal
            cost: identity, prompt, pool, pool.signal, constants
            pricing: identity, decision, constants, pool, pool.signal, cost
            scheduling: choice, identity, prompt, request, decision, settings, pool, pool.signal, cost, prefix, constants, pricing
            session: identity
            admission.queue: choice, request, settings, pool
            admission.capacity: request, settings, pool, pool.signal, cost
            admission.preemption: request, pool, pool.signal, admission.capacity
            admission: identity, request, time, settings, pool, cost, admission.queue, admission.capacity, admission.preemption
            journal: choice, identity, decision
            routing.target: choice, identity, request, decision, pool, catalog, session, scheduling
            routing.placement: choice, identity, prompt, request, decision, constants, pool, pool.signal, prefix, cost, admission, scheduling, routing.target
            routing: choice, identity, prompt, request, decision, time, settings, pool, catalog, prefix, cost, session, admission, scheduling, journal, routing.target, routing.placement
            tokenizing: memory, identity, prompt, time, pool, http
            telemetry: memory, identity, prompt, request, decision, time
            extproc.message: choice, identity, prompt, request, decision, pool, payload.request, payload.reply, routing.target, routing.placement
            extproc: memory, identity, prompt, request, decision, time, settings, pool, payload.request, payload.response, payload.reply, routing, routing.target, routing.placement, telemetry, extproc.message
            http: identity
            signals.validation: pool.signal
            signals.exposition: signals.validation
            signals.polling: time, settings, pool, pool.signal, http, telemetry
            signals.engine: identity, time, settings, pool, pool.signal, http, telemetry, signals.polling, signals.exposition, signals.validation
            signals.adapters: identity, time, settings, pool, pool.signal, http, telemetry, signals.polling, signals.validation
            signals.gpu: identity, time, settings, pool, pool.signal, http, telemetry, signals.exposition, signals.validation
            signals.prometheus: identity, time, settings, pool, pool.signal, http, telemetry, signals.engine, signals.exposition, signals.gpu, signals.polling, signals.validation
            signals.kvevents: identity, time, settings, pool, prefix, telemetry
            signals: identity, time, settings, pool, http, telemetry, signals.adapters, signals.engine, signals.gpu, signals.polling, signals.prometheus
            kube: identity, prompt, request, decision, settings, pool, catalog
            admin: identity, decision, settings, pool, pool.signal, catalog, cost, journal
            app.options: identity, decision, kube, signals.prometheus, extproc.message
            app.server: identity, extproc.message, app.options
            app: all
            """);

    /// Packages → the only packages that may touch them.
    private static final Map<String, Set<String>> ONLY_PACKAGES_WITH = Map.of(
            "io.grpc..",
            Set.of("extproc", "extproc.message", "signals.adapters", "app", "app.server"),
            "io.envoyproxy..",
            Set.of("extproc", "extproc.message"),
            "io.netty..",
            Set.of("app", "app.server", "http", "signals.adapters"),
            "io.fabric8..",
            Set.of("kube", "app"),
            "io.micrometer..",
            Set.of("telemetry", "app"),
            "com.sun.net.httpserver..",
            Set.of("admin"),
            "io.netty.handler.codec.http..",
            Set.of("http"),
            "java.net.http..",
            Set.of(),
            "javax.crypto..",
            Set.of("session"),
            API,
            Set.of("kube", "app", "app.options"));

    /// Where time and chance may enter other than through the ticker, the timer and the seed.
    private static final Set<String> EDGE =
            Set.of("app", "app.options", "app.server", "extproc", "extproc.message", "kube", "admin");

    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void everyPackageIsInTheTable() {
        assertThat(CLASSES.stream().map(ArchitectureTest::packageOf)).containsAll(PACKAGES.keySet());
        assertThat(PACKAGES.keySet())
                .containsAll(CLASSES.stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet()));
    }

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        PACKAGES.forEach((name, allowed) -> noClasses()
                .that()
                .resideInAPackage(PICKER + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(qualified(others(name, allowed)))
                .check(CLASSES));
        slices().matching(PICKER + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void whatOnlyOnePackageMayTouchStaysThere() {
        ONLY_PACKAGES_WITH.forEach((library, packages) -> noClasses()
                .that(resideInAnyPackage(qualified(others("", packages))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .check(CLASSES));
    }

    @Test
    void timeAndChanceEnterAtTheEdgeOnly() {
        DescribedPredicate<JavaClass> inner = resideInAnyPackage(qualified(others("", EDGE)));
        noClasses()
                .that(inner)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .check(CLASSES);
    }

    @Test
    void nobodySleepsPrintsOrLogsPastSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
        noClasses().should().callMethod(Thread.class, "sleep", Duration.class).check(CLASSES);
    }

    @Test
    void schedulingTakesNoMonitor() throws IOException {
        assertThat(CLASSES.stream()
                        .filter(each -> Set.of("scheduling", "pricing").contains(packageOf(each)))
                        .flatMap(each -> each.getCodeUnits().stream())
                        .filter(unit -> unit.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                        .map(JavaCodeUnit::getFullName))
                .isEmpty();
        for (Path source : sources()) {
            if (source.toString().contains("scheduling") || source.toString().contains("pricing")) {
                assertThat(source).content().doesNotContain("synchronized");
            }
        }
    }

    @Test
    void theGuideHasTheSameTable() throws IOException {
        String guide = Files.readString(Path.of("../docs/PACKAGES.md"));
        assertThat(guide).contains("<!-- packages -->").contains("<!-- /packages -->");
        String table = guide.substring(guide.indexOf("<!-- packages -->"), guide.indexOf("<!-- /packages -->"));
        Map<String, Set<String>> written = new TreeMap<>();
        table.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1))
                .forEach(cells -> written.put(
                        cells[1].replace("`", "").strip(),
                        names(cells[3].replace("`", "").replace("–", ""))));
        assertThat(written).isEqualTo(PACKAGES);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().substring(PICKER.length());
    }

    private static String[] qualified(Set<String> names) {
        return names.stream().map(PICKER::concat).toArray(String[]::new);
    }

    /// All packages but `package` and `allowed`.
    private static Set<String> others(String name, Set<String> allowed) {
        if (allowed.contains("all")) {
            return Set.of();
        }
        Set<String> others = new TreeSet<>(PACKAGES.keySet());
        others.removeAll(allowed);
        others.remove(name);
        return others;
    }

    private static Map<String, Set<String>> packages(String table) {
        return table.lines()
                .map(line -> line.split(":", -1))
                .collect(Collectors.toMap(cells -> cells[0], cells -> names(cells[1])));
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
