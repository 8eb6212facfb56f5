package dev.sluice.picker.chaos;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.RateLearner;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Residence;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.session.SessionKeys;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.telemetry.AdmissionMeters;
import dev.sluice.picker.telemetry.LoopMeters;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.telemetry.ObjectiveMeters;
import dev.sluice.picker.telemetry.SessionMeters;
import dev.sluice.picker.telemetry.TargetMeters;
import dev.sluice.picker.tokenizing.Tokenizers;
import java.util.List;
import java.util.Set;

/// A collaborator of requests, by the classes whose methods are its steps.
enum FaultyPart {
    SIGNALS(List.of(Endpoint.class), Set.of("signals", "slowness", "isFaulty", "serves", "adapter", "servesBase")),
    PREFIX(PrefixIndex.class, TokenizedPrefixes.class, ExactPrefixIndex.class),
    LEARNER(RateBook.class, RateLearner.class, TokenLearner.class, Residence.class),
    JOURNAL(Journal.class),
    METERS(
            Meters.class,
            AdmissionMeters.class,
            SessionMeters.class,
            TargetMeters.class,
            ObjectiveMeters.class,
            LoopMeters.class),
    TOKENIZER(Tokenizers.class, ChaosTimes.Engines.class),
    SESSIONS(SessionTokens.class, SessionKeys.class),
    CATALOG(Catalog.class),
    POOLS(Pools.class),
    ADMISSION(List.of(AdmissionControl.class), Set.of("admit", "enqueue", "takes", "hasCapacity", "changed")),
    SCHEDULER(Scheduler.class),
    TICKER(ChaosTimes.Clock.class),
    TIMER(ChaosTimes.Deadlines.class),
    EXECUTOR(ChaosTimes.Threads.class);

    private final Set<String> classes;
    /// Empty for all.
    private final Set<String> methods;

    FaultyPart(Class<?>... classes) {
        this(List.of(classes), Set.of());
    }

    FaultyPart(List<Class<?>> classes, Set<String> methods) {
        this.classes = Set.copyOf(classes.stream().map(Class::getName).toList());
        this.methods = Set.copyOf(methods);
    }

    /// Whether a method is a step of this part.
    boolean has(String type, String method) {
        return classes.contains(type) && !method.equals("<init>") && (methods.isEmpty() || methods.contains(method));
    }

    boolean has(String point) {
        int dot = point.lastIndexOf('.');
        return has(point.substring(0, dot), point.substring(dot + 1));
    }
}
