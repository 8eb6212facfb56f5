package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.signals.validation.LabelTexts;
import dev.sluice.picker.signals.validation.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /// Adds a sample of an exporter.
    ///
    /// @return whether its family is about GPUs
    public boolean add(String name, Map<String, String> labels, double value) {
        DcgmFamily family = DcgmFamily.named(name);
        if (family != null) {
            add(family, GpuId.of(LabelTexts.bounded(labels, Set.of(), rejections)), value);
        }
        return family != null;
    }

    void add(DcgmFamily family, GpuId gpu, double value) {
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

    List<GpuReading> of(String namespace, String pod) {
        return gpus.values().stream()
                .filter(gpu -> gpu.id().isOf(namespace, pod))
                .toList();
    }
}
