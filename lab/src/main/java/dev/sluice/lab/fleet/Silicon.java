package dev.sluice.lab.fleet;

/// The silicon tells how GPUs differ from the published figures that pickers start from.
///
/// @param slowness kernel times in multiples of the published ones
/// @param spread half the range of the servers' speeds
/// @param stepNoise standard deviation of a step's kernel time in multiples of its mean
public record Silicon(double slowness, double spread, double stepNoise) {
    /// As published, to the nanosecond.
    public static final Silicon PUBLISHED = new Silicon(1, 0, 0);

    /// GPUs as one buys them.
    public static Silicon real(double slowness) {
        return new Silicon(slowness, 0.05, 0.08);
    }
}
