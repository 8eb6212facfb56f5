package dev.sluice.picker.signals.gpu;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The highest clock of each GPU model, in MHz: the largest that was seen, at least that of NVIDIA's data
/// sheet. With the data sheet a GPU that is throttled from the first poll on is known to be.
final class FullClocks {
    private final Map<String, Double> highest = new HashMap<>();

    double of(GpuReading gpu) {
        String model = gpu.id().model();
        double known = highest.computeIfAbsent(model, FullClocks::listed);
        double now = Math.max(known, Math.max(orZero(gpu.maxClock()), orZero(gpu.clock())));
        highest.put(model, now);
        return now;
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static double listed(String model) {
        String name = model.replace('-', ' ').toUpperCase(Locale.ROOT);
        if (name.contains("H100 PCIE")) {
            return 1_755;
        }
        if (name.contains("H100 NVL")) {
            return 1_785;
        }
        if (name.contains("H100") || name.contains("H200")) {
            return 1_980;
        }
        if (name.contains("A100")) {
            return 1_410;
        }
        if (name.contains("L40S")) {
            return 2_520;
        }
        return 0;
    }
}
