package dev.sluice.picker.pool.signal;

/// The last signals of an endpoint's GPUs. Of several GPUs the slowest counts, because all of them work on
/// each step, and a broken GPU breaks all.
///
/// @param utilization share of the time in which a kernel ran, 0 to 1; NaN when nobody says
/// @param memoryUsage the used share of their memory, 0 to 1; NaN when nobody says
/// @param clock the share of the full clock at which they run because something holds them back: 1 when nothing does
/// @param fatalXid the error that needs a reset of the GPU, 0 for none
public record GpuSignals(double utilization, double memoryUsage, double clock, int fatalXid) {
    public static final GpuSignals NOTHING_KNOWN = new GpuSignals(Double.NaN, Double.NaN, 1, 0);

    public GpuSignals {
        if (!(clock > 0 && clock <= 1)) {
            throw new IllegalArgumentException("clock " + clock + " is not in (0, 1]");
        }
        if (utilization < 0 || utilization > 1 || memoryUsage < 0 || memoryUsage > 1) {
            throw new IllegalArgumentException("no shares: " + utilization + ", " + memoryUsage);
        }
    }

    /// The factor by which everything takes longer than at the full clock.
    public double slowness() {
        return 1 / clock;
    }
}
