package dev.sluice.picker.telemetry;

import dev.sluice.picker.memory.BodyBudget;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// The meters of the body budget.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_body_bytes` | – | what request bodies have of their budget |
/// | `sluice_body_budget_bytes` | – | the budget |
/// | `sluice_bodies_paused` | – | bodies that are not read, because the budget has no room for more of them |
/// | `sluice_body_pauses_total` | – | how often that was so |
public final class BodyMeters {
    private BodyMeters() {}

    /// Watches the budget, which is held.
    public static void register(MeterRegistry registry, BodyBudget budget) {
        gauge(registry, "sluice.body.bytes", budget, BodyBudget::reserved);
        gauge(registry, "sluice.body.budget.bytes", budget, BodyBudget::limit);
        gauge(registry, "sluice.bodies.paused", budget, BodyBudget::waiting);
        FunctionCounter.builder("sluice.body.pauses", budget, BodyBudget::pauses)
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String name, BodyBudget budget, ToDoubleFunction<BodyBudget> value) {
        Gauge.builder(name, budget, value).strongReference(true).register(registry);
    }
}
