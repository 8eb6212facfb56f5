package dev.sluice.lab.workload;

/// A time of one arrival rate.
///
/// @param rate requests per second
/// @param warmUp whether its requests count in no figure
public record Stage(double rate, double seconds, boolean warmUp) {
    public Stage {
        if (rate <= 0 || seconds <= 0) {
            throw new IllegalArgumentException("rate " + rate + ", seconds " + seconds);
        }
    }
}
