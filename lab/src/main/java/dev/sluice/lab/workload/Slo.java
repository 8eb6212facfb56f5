package dev.sluice.lab.workload;

/// The objectives that a request must keep to count as served well.
///
/// @param ttftMillis time to first token
/// @param tpotMillis time per output token after the first
public record Slo(double ttftMillis, double tpotMillis) {
    public static final Slo DEFAULT = new Slo(500, 50);

    public Slo {
        if (ttftMillis <= 0 || tpotMillis <= 0) {
            throw new IllegalArgumentException("ttft " + ttftMillis + " ms, tpot " + tpotMillis + " ms");
        }
    }
}
