package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.function.ToDoubleFunction;

/// The figure that a turn is judged by.
enum CostFigure {
    RATE("requests/s", CostTrial::requestsPerSecond),
    PICKER_CPU("picker CPU ms/request", CostTrial::pickerCpuMs),
    ENVOY_CPU("Envoy CPU ms/request", CostTrial::envoyCpuMs),
    P50("p50 ms", turn -> turn.window().latencies().p50Ms()),
    P90("p90 ms", turn -> turn.window().latencies().p90Ms()),
    P99("p99 ms", turn -> turn.window().latencies().p99Ms()),
    RESPONSE_P50("p50 ms of the response", turn -> turn.window().responseP50Ms());

    private final String label;
    private final ToDoubleFunction<CostTrial> of;

    CostFigure(String label, ToDoubleFunction<CostTrial> of) {
        this.label = label;
        this.of = of;
    }

    double of(CostTrial turn) {
        return of.applyAsDouble(turn);
    }

    @JsonValue
    @Override
    public String toString() {
        return label;
    }
}
