package dev.sluice.picker.signals.gpu;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The share of its full clock at which a throttled GPU runs. Example: an H100 at 1,485 of 1,980 MHz has a
/// share of 0.75.
///
/// A low clock alone says nothing, because an idle GPU lowers it by itself. A GPU is throttled when its driver
/// names a reason other than idleness. Where the exporter has no reasons, the GPU's time under a power or
/// thermal limit must grow while it is busy. Where it has neither, as with the exporter's default fields, a
/// busy GPU below its full clock counts as throttled.
final class ClockShare {
    // The driver's reasons: nvmlClocksEventReason* of NVML, which DCGM passes on as they are.
    private static final long IDLE = 0x1;
    private static final long CLOCKS_SETTING = 0x2;
    private static final long POWER_CAP = 0x4;
    private static final long HW_SLOWDOWN = 0x8;
    private static final long SYNC_BOOST = 0x10;
    private static final long SW_THERMAL = 0x20;
    private static final long HW_THERMAL = 0x40;
    private static final long HW_POWER_BRAKE = 0x80;
    /// These halve the clock at least, says NVML.
    private static final long HALVING = HW_SLOWDOWN | HW_THERMAL | HW_POWER_BRAKE;

    private static final long SLOWING = CLOCKS_SETTING | POWER_CAP | SYNC_BOOST | SW_THERMAL | HALVING;

    private static final double BUSY = .5;
    /// A share below this is an error of the GPU or of the number.
    private static final double LEAST = .05;

    /// Exporters refresh their fields every 30 s by default, so a growing counter may stand still for that
    /// long.
    private static final long VIOLATION_LASTS = Duration.ofSeconds(45).toNanos();

    private final FullClocks full;
    private final Map<GpuId, Violations> violations = new HashMap<>();

    /// The time that a GPU has been throttled so far, and when that last grew.
    private record Violations(double total, boolean grown, long atNanos) {
        Violations next(double now, long nowNanos) {
            return now > total ? new Violations(now, true, nowNanos) : new Violations(now, grown, atNanos);
        }

        boolean isRecent(long nowNanos) {
            return grown && nowNanos - atNanos < VIOLATION_LASTS;
        }
    }

    /// @param full full clocks of all endpoints' GPUs
    ClockShare(FullClocks full) {
        this.full = full;
    }

    /// The share, 1 for a GPU that is not throttled.
    double of(GpuReading gpu, long nowNanos) {
        double highest = full.of(gpu);
        if (!isThrottled(gpu, nowNanos)) {
            return 1;
        }
        if (Double.isNaN(gpu.clock())) {
            return (reasons(gpu) & HALVING) != 0 ? .5 : 1;
        }
        return Math.clamp(gpu.clock() / highest, LEAST, 1);
    }

    private boolean isThrottled(GpuReading gpu, long nowNanos) {
        if (!Double.isNaN(gpu.reasons())) {
            return (reasons(gpu) & IDLE) == 0 && (reasons(gpu) & SLOWING) != 0;
        }
        boolean busy = gpu.utilization() >= BUSY;
        double total = gpu.violations();
        if (Double.isNaN(total)) {
            return busy;
        }
        Violations known = violations.getOrDefault(gpu.id(), new Violations(total, false, nowNanos));
        Violations now = known.next(total, nowNanos);
        violations.put(gpu.id(), now);
        return busy && now.isRecent(nowNanos);
    }

    private static long reasons(GpuReading gpu) {
        return Double.isNaN(gpu.reasons()) ? 0 : (long) gpu.reasons();
    }
}
