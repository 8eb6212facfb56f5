package dev.sluice.picker.signals;

import java.util.Map;
import java.util.Objects;

/// Reads the pages of one DCGM exporter.
final class DcgmPage {
    private final GpuTable gpus = new GpuTable();
    private final MetricsPage<Series> page = new MetricsPage<>(
            DcgmFamily.names(), DcgmPage::meaning, (series, value) -> gpus.add(series.family(), series.gpu(), value));

    private record Series(DcgmFamily family, GpuId gpu) {}

    private static Series meaning(String family, Map<String, String> labels) {
        return new Series(Objects.requireNonNull(DcgmFamily.named(family)), GpuId.of(labels));
    }

    void begin() {
        page.begin();
        gpus.clear();
    }

    void piece(byte[] bytes, int from, int to) {
        page.piece(bytes, from, to);
    }

    /// The page is complete.
    GpuTable end() {
        page.end();
        return gpus;
    }
}
