package dev.sluice.bench.sidebyside;

import java.util.function.ToDoubleFunction;

/// What a turn is judged by.
enum Figure {
    RATE(Turn::requestsPerSecond),
    PICKER_CPU(Turn::pickerCpuMs),
    ENVOY_CPU(Turn::envoyCpuMs),
    P50(turn -> turn.window().p50Ms()),
    P90(turn -> turn.window().p90Ms()),
    P99(turn -> turn.window().p99Ms());

    private final ToDoubleFunction<Turn> of;

    Figure(ToDoubleFunction<Turn> of) {
        this.of = of;
    }

    double of(Turn turn) {
        return of.applyAsDouble(turn);
    }
}
