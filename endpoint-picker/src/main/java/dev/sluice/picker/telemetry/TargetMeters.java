package dev.sluice.picker.telemetry;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The meters of targets, of models that have several: what a canary is judged by.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_target_requests_total` | pool, model, target, outcome | ends of requests, each under its name |
/// | `sluice_target_time_to_first_token_seconds` | pool, model, target | from the request's headers on |
///
/// Resources name targets, not clients; but resources come and go, so their number is bounded all the same.
public final class TargetMeters {
    private static final int MAX_TARGETS = 1_000;

    private final MeterRegistry registry;
    private final Labels labels;
    private final Map<TargetKey, Arm> arms = new ConcurrentHashMap<>();

    TargetMeters(MeterRegistry registry) {
        this.registry = registry;
        this.labels = new Labels(MAX_TARGETS, registry.config().clock(), this::forget);
    }

    private void forget(String name) {
        Forgetting.from(arms, key -> key.name().equals(name), arm -> {
            arm.outcomes().values().forEach(registry::remove);
            registry.remove(arm.firstToken());
        });
    }

    private record TargetKey(PoolId pool, String model, String target) {
        String name() {
            return model + " " + target;
        }

        Tags tags() {
            return Tags.of("pool", pool.toString(), "model", model, "target", target);
        }
    }

    private record Arm(Tags tags, Map<Outcome, Counter> outcomes, Timer firstToken) {}

    public void ended(PoolId pool, String model, String target, Outcome outcome) {
        Arm arm = of(new TargetKey(pool, model, target));
        arm.outcomes()
                .computeIfAbsent(
                        outcome,
                        each -> registry.counter(
                                "sluice.target.requests", arm.tags().and("outcome", each.label())))
                .increment();
    }

    public void firstToken(PoolId pool, String model, String target, long nanos) {
        of(new TargetKey(pool, model, target)).firstToken().record(nanos, TimeUnit.NANOSECONDS);
    }

    private Arm of(TargetKey key) {
        TargetKey admitted = admitted(key);
        Arm known = arms.get(admitted);
        return known != null ? known : arms.computeIfAbsent(admitted, this::register);
    }

    /// A target beyond the bound takes its model with it, so that no more series come of it.
    private TargetKey admitted(TargetKey key) {
        String name = key.name();
        return labels.admit(name).equals(name) ? key : new TargetKey(key.pool(), Labels.OTHER, Labels.OTHER);
    }

    private Arm register(TargetKey key) {
        return new Arm(
                key.tags(),
                new ConcurrentHashMap<>(),
                Timer.builder("sluice.target.time.to.first.token")
                        .tags(key.tags())
                        .serviceLevelObjectives(Meters.FIRST_TOKEN_BUCKETS)
                        .register(registry));
    }
}
