package dev.sluice.picker.signals.gpu;

/// The numbers that a GPU shows at a moment; a missing number is NaN.
final class GpuReading {
    private static final double PERCENT = 100;

    private final GpuId id;
    private double utilization = Double.NaN;
    private double engineActive = Double.NaN;
    private double memoryUsed = Double.NaN;
    private double memoryFree = Double.NaN;
    private double clock = Double.NaN;
    private double maxClock = Double.NaN;
    private double reasons = Double.NaN;
    private double powerViolation = Double.NaN;
    private double thermalViolation = Double.NaN;
    private double xid = Double.NaN;

    GpuReading(GpuId id) {
        this.id = id;
    }

    GpuId id() {
        return id;
    }

    /// @param value within the range of the family
    void set(DcgmFamily family, double value) {
        switch (family) {
            case GPU_UTIL -> utilization = value / PERCENT;
            case GR_ENGINE_ACTIVE -> engineActive = value;
            case FB_USED -> memoryUsed = value;
            case FB_FREE -> memoryFree = value;
            case SM_CLOCK -> clock = value;
            case MAX_SM_CLOCK -> maxClock = value;
            case CLOCKS_EVENT_REASONS, CLOCK_THROTTLE_REASONS -> reasons = value;
            case POWER_VIOLATION -> powerViolation = value;
            case THERMAL_VIOLATION -> thermalViolation = value;
            case XID_ERRORS -> xid = value;
        }
    }

    /// Share of the time in which the GPU was busy, 0 to 1.
    double utilization() {
        return Double.isNaN(utilization) ? engineActive : utilization;
    }

    /// Used share of the memory.
    double memoryUsage() {
        return memoryUsed / (memoryUsed + memoryFree);
    }

    /// Clock of the streaming multiprocessors, in MHz.
    double clock() {
        return clock;
    }

    double maxClock() {
        return maxClock;
    }

    /// Reasons for a lower clock, as a bitmask.
    double reasons() {
        return reasons;
    }

    /// Time under a power or thermal limit since the start, in a unit that depends on the exporter.
    double violations() {
        if (Double.isNaN(powerViolation)) {
            return thermalViolation;
        }
        return powerViolation + (Double.isNaN(thermalViolation) ? 0 : thermalViolation);
    }

    /// Last error of the driver, 0 for none.
    double xid() {
        return xid;
    }
}
