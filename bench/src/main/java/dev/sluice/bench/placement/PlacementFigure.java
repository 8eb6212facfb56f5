package dev.sluice.bench.placement;

import com.fasterxml.jackson.annotation.JsonValue;

/// The figure that a turn is judged by.
enum PlacementFigure {
    TTFT_MEAN("time to first token, mean ms"),
    TTFT_P90("time to first token, p90 ms"),
    TTFT_P99("time to first token, p99 ms"),
    DURATION_MEAN("duration, mean ms"),
    TPOT_P90("time per output token, p90 ms"),
    ERRORS("errors"),
    HIT_RATIO("prefix hits"),
    FEWEST("requests of the server with the fewest"),
    MOST("requests of the server with the most"),
    PICKER_CPU("picker CPU ms/request"),
    TOKEN_RATIO("prompt tokens by planned token"),
    LATENESS_P99("client late, p99 ms");

    private final String label;

    PlacementFigure(String label) {
        this.label = label;
    }

    @JsonValue
    @Override
    public String toString() {
        return label;
    }
}
