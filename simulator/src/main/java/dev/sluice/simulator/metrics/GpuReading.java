package dev.sluice.simulator.metrics;

/// The values that a GPU's sensors show.
///
/// @param utilization share of the last second in which a kernel ran, 0 to 1
/// @param clock share of the full clock, 0 to 1
/// @param xid the last error that the driver reported, or 0
public record GpuReading(double utilization, double clock, int xid) {}
