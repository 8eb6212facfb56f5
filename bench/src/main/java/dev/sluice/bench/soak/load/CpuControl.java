package dev.sluice.bench.soak.load;

/// The CPU control finds the base rate that makes the picker use a part of a core, by small steps.
public final class CpuControl {
    private static final double FIRST_RATE = 40;
    private static final double LEAST_RATE = 20;
    private static final double GAIN = 0.3;
    private static final double MOST_GROWTH = 1.06;
    private static final double MOST_LOSS = 0.8;

    private final double target;
    private final double mostRate;
    private double rate = FIRST_RATE;

    /// @param target in cores
    /// @param mostRate requests per second that are never exceeded
    public CpuControl(double target, double mostRate) {
        this.target = target;
        this.mostRate = mostRate;
    }

    /// Requests per second.
    public double rate() {
        return rate;
    }

    /// Learns how many cores the picker used at the rate that was.
    ///
    public void used(double cores, LoadState state) {
        double factor = switch (state) {
            case STEADY -> Math.clamp(1 + GAIN * (target - cores) / target, MOST_LOSS, MOST_GROWTH);
            case BURST -> 1;
            case BEHIND -> MOST_LOSS;
        };
        rate = Math.clamp(rate * factor, LEAST_RATE, mostRate);
    }
}
