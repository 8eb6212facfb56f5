package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.signals.validation.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Readings of all GPUs that a source shows.
public final class GpuTable {
    private final Map<GpuId, GpuReading> gpus = new LinkedHashMap<>();
    private final Rejection.RejectionListener rejections;

    public GpuTable(Rejection.RejectionListener rejections) {
        this.rejections = rejections;
    }

    void clear() {
        gpus.clear();
    }

    public void add(DcgmFamily family, GpuId gpu, double value) {
        GpuReading reading = gpus.computeIfAbsent(gpu, GpuReading::new);
        if (!DcgmFamily.isBlank(value)) {
            double sound = family.quantity().sound(value, rejections);
            if (!Double.isNaN(sound)) {
                reading.set(family, sound);
            }
        }
    }

    List<GpuReading> all() {
        return List.copyOf(gpus.values());
    }

    public List<GpuReading> of(String namespace, String pod) {
        return gpus.values().stream()
                .filter(gpu -> gpu.id().isOf(namespace, pod))
                .toList();
    }
}
