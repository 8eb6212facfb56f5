package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.signals.exposition.MetricsPage;
import dev.sluice.picker.signals.validation.LabelTexts;
import dev.sluice.picker.signals.validation.Rejection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The reader of a DCGM exporter's pages.
final class DcgmPage {
    private final Rejection.RejectionListener rejections;
    private final GpuTable gpus;
    private final MetricsPage<DcgmSeries> page;

    private record DcgmSeries(DcgmFamily family, GpuId gpu) {}

    DcgmPage(Rejection.RejectionListener rejections) {
        this.rejections = rejections;
        this.gpus = new GpuTable(rejections);
        this.page = new MetricsPage<>(DcgmFamily.names(), this::meaning, new MetricsPage.Samples<DcgmSeries>() {
            @Override
            public void sample(DcgmSeries series, double value) {
                gpus.add(series.family(), series.gpu(), value);
            }

            @Override
            public void rejected(DcgmSeries series, Rejection why) {
                rejections.rejected(why);
            }
        });
    }

    private DcgmSeries meaning(String family, Map<String, String> labels) {
        return new DcgmSeries(
                Objects.requireNonNull(DcgmFamily.named(family)),
                GpuId.of(LabelTexts.bounded(labels, Set.of(), rejections)));
    }

    void begin() {
        page.begin();
        gpus.clear();
    }

    void piece(byte[] bytes, int from, int to) {
        page.piece(bytes, from, to);
    }

    /// Ends a complete page.
    GpuTable end() {
        page.end();
        return gpus;
    }
}
