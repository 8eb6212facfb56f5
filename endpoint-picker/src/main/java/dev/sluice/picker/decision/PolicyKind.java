package dev.sluice.picker.decision;

import java.util.List;
import java.util.Locale;

/// A kind of policy compares endpoints by a sum of parts, and names the parts.
public enum PolicyKind {
    /// Predicted milliseconds; the cheapest endpoint wins.
    COST("ms", PricePart.labels()),
    /// Upstream's weighted scorers, negated so that less is better.
    WEIGHTED("score", "queue", "kv-cache", "prefix"),
    /// Fewest requests in flight.
    LEAST_REQUEST("requests", "in-flight"),
    /// Each in turn.
    ROUND_ROBIN("turns", "turn"),
    /// Any, by the request's seed.
    RANDOM("draw", "draw");

    private final String unit;

    private final List<String> parts;

    PolicyKind(String unit, String... parts) {
        this.unit = unit;
        this.parts = List.of(parts);
    }

    public String unit() {
        return unit;
    }

    public List<String> parts() {
        return parts;
    }

    /// Parses the name used in resources and configuration files, such as `LeastRequest`.
    public static PolicyKind parse(String name) {
        for (PolicyKind kind : values()) {
            if (kind.name().replace("_", "").equals(name.toUpperCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "unknown policy '" + name + "': expected Cost, Weighted, LeastRequest, RoundRobin or Random");
    }
}
