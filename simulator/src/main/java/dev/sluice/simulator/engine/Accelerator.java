package dev.sluice.simulator.engine;

/// A GPU type: what its driver calls it, and its limits.
///
/// @param product the name that DCGM reports
/// @param memoryMib frame buffer of one GPU
/// @param smClockMhz clock of the streaming multiprocessors under load
/// @param idleWatts power drawn by an idle GPU
/// @param maxWatts power limit
public record Accelerator(String product, int memoryMib, int smClockMhz, int idleWatts, int maxWatts) {

    public static final Accelerator H100 = new Accelerator("NVIDIA H100 80GB HBM3", 81_559, 1_980, 70, 700);
    public static final Accelerator H200 = new Accelerator("NVIDIA H200", 143_771, 1_980, 75, 700);
    public static final Accelerator A100 = new Accelerator("NVIDIA A100-SXM4-80GB", 81_920, 1_410, 55, 400);
    public static final Accelerator L40S = new Accelerator("NVIDIA L40S", 46_068, 2_520, 35, 350);
    public static final Accelerator L4 = new Accelerator("NVIDIA L4", 23_034, 2_040, 16, 72);
}
