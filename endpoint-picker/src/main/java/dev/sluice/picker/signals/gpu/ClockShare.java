package dev.sluice.picker.signals.gpu;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// At which share of its full clock a GPU runs because something holds it back.
///
/// A low clock alone says nothing: an idle GPU lowers it by itself. Held back is a GPU whose driver names a reason
/// other than idleness; without reasons, one whose time under a power or thermal limit grows; without either, which
/// is what the exporter's default fields come to, one that is busy and slower than it could be.
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
    /// A GPU that shows less is not slow but broken, or the number is.
    private static final double LEAST = .05;

    /// Exporters refresh their fields every 30 s unless told otherwise: so long may a counter stand still that grows.
    private static final long VIOLATION_LASTS = Duration.ofSeconds(45).toNanos();

    private final FullClocks full;
    private final Map<GpuId, Violations> violations = new HashMap<>();

    /// How long a GPU has been held back so far, and when that last grew.
    private record Violations(double total, boolean grown, long atNanos) {
        Violations next(double now, long nowNanos) {
            return now > total ? new Violations(now, true, nowNanos) : new Violations(now, grown, atNanos);
        }

        boolean hold(long nowNanos) {
            return grown && nowNanos - atNanos < VIOLATION_LASTS;
        }
    }

    /// @param full of the GPUs of all endpoints
    ClockShare(FullClocks full) {
        this.full = full;
    }

    /// @return 1 when nothing holds it back
    double of(GpuReading gpu, long nowNanos) {
        double highest = full.of(gpu);
        if (!isHeldBack(gpu, nowNanos)) {
            return 1;
        }
        if (Double.isNaN(gpu.clock())) {
            return (reasons(gpu) & HALVING) != 0 ? .5 : 1;
        }
        return Math.clamp(gpu.clock() / highest, LEAST, 1);
    }

    private boolean isHeldBack(GpuReading gpu, long nowNanos) {
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
        return busy && now.hold(nowNanos);
    }

    private static long reasons(GpuReading gpu) {
        return Double.isNaN(gpu.reasons()) ? 0 : (long) gpu.reasons();
    }
}
