package dev.sluice.picker.app;

import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.telemetry.SourceMeters;
import dev.sluice.picker.time.Ticker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// The meters of a picker and the registry that Prometheus reads.
record Telemetry(PrometheusMeterRegistry registry, Meters meters, SourceMeters sources) {
    static Telemetry of(Ticker ticker) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        return new Telemetry(registry, new Meters(registry), new SourceMeters(registry, ticker));
    }
}
