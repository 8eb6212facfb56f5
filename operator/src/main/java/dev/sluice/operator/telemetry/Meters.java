package dev.sluice.operator.telemetry;

import dev.sluice.process.Supervisor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Every meter of the operator.
///
/// | meter | labels | what |
/// |---|---|---|
/// | `sluice_operator_translation_seconds` | result | resources to configuration: `published`, `unchanged`, `failed` |
/// | `sluice_operator_xds_refusals_total` | type | configurations that an Envoy refused, by type of resource |
/// | `sluice_operator_leader` | – | 1 while this replica writes |
/// | `sluice_operator_writes_total` | kind, result | writes to the API server: `written`, `conflict`, `failed` |
/// | `sluice_operator_watch_errors_total` | kind | lists and watches that failed |
/// | `sluice_operator_picker_readings_total` | result | pickers asked for their pools: `read`, `failed` |
/// | `sluice_operator_loop_faults_total` | loop | faults of a loop that goes on, by its name |
public final class Meters {

    /// The way in which a translation ended.
    public enum Translation {
        PUBLISHED,
        UNCHANGED,
        FAILED
    }

    /// The way in which a write ended.
    public enum Write {
        WRITTEN,
        /// Somebody else wrote first.
        CONFLICT,
        FAILED
    }

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean leader = new AtomicBoolean();
    private final Supervisor supervisor = new Supervisor(this::loopFault);

    public Meters() {
        Gauge.builder("sluice.operator.leader", leader, now -> now.get() ? 1 : 0)
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    /// Runs the steps of loops, and counts their faults.
    public Supervisor supervisor() {
        return supervisor;
    }

    private void loopFault(String loop) {
        registry.counter("sluice.operator.loop.faults", "loop", loop).increment();
    }

    /// Runs and times a translation.
    public void translation(Supplier<Translation> translation) {
        Timer.Sample sample = Timer.start(registry);
        Translation result = translation.get();
        sample.stop(registry.timer("sluice.operator.translation", "result", label(result)));
    }

    /// @param type the type of the resources, as its URL
    public void refusal(String type) {
        registry.counter("sluice.operator.xds.refusals", "type", type.substring(type.lastIndexOf('.') + 1))
                .increment();
    }

    public void leading(boolean now) {
        leader.set(now);
    }

    public void write(String kind, Write result) {
        registry.counter("sluice.operator.writes", "kind", kind, "result", label(result))
                .increment();
    }

    public void watchError(String kind) {
        registry.counter("sluice.operator.watch.errors", "kind", kind).increment();
    }

    public void reading(boolean read) {
        registry.counter("sluice.operator.picker.readings", "result", read ? "read" : "failed")
                .increment();
    }

    /// All meters in the Prometheus text format.
    public String scrape() {
        return registry.scrape();
    }

    private static String label(Enum<?> result) {
        return result.name().toLowerCase(Locale.ROOT);
    }
}
