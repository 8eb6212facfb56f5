package dev.sluice.lab.report;

import dev.sluice.lab.run.Figures;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A figure's name, unit and way to be printed; the order is that of all reports.
enum Column {
    RATE("rate", "req/s", "%.1f", Better.NEITHER, figures -> figures.load().rate()),
    TTFT_MEAN("ttft mean", "ms", "%.0f", Better.LESS, figures -> figures.ttft().mean()),
    TTFT_P90("ttft p90", "ms", "%.0f", Better.LESS, figures -> figures.ttft().p90()),
    TTFT_P99("ttft p99", "ms", "%.0f", Better.LESS, figures -> figures.ttft().p99()),
    TPOT_P90("tpot p90", "ms", "%.1f", Better.LESS, figures -> figures.tpot().p90()),
    NORMALIZED_P90(
            "ntpot p90", "ms", "%.1f", Better.NEITHER, figures -> figures.tpot().normalizedP90()),
    DURATION_MEAN("duration", "ms", "%.0f", Better.LESS, Figures::durationMean),
    GOODPUT("goodput", "req/s", "%.2f", Better.NEITHER, figures -> figures.slo().goodput()),
    KEPT("in slo", "", "%.3f", Better.MORE, figures -> figures.slo().kept()),
    THROUGHPUT(
            "throughput",
            "tok/s",
            "%.0f",
            Better.MORE,
            figures -> figures.fleet().throughput()),
    HIT_RATIO("hits", "", "%.3f", Better.NEITHER, figures -> figures.fleet().hitRatio()),
    UTILIZATION("gpu", "", "%.3f", Better.NEITHER, figures -> figures.fleet().utilization()),
    IMBALANCE("max/mean", "", "%.2f", Better.NEITHER, figures -> figures.fleet().imbalance()),
    UNFINISHED(
            "unfinished", "", "%.0f", Better.NEITHER, figures -> figures.load().unfinished()),
    REFUSED("refused", "", "%.0f", Better.NEITHER, figures -> figures.load().refused());

    /// The direction in which a figure is good; [#NEITHER] where it only explains others.
    enum Better {
        LESS,
        MORE,
        NEITHER
    }

    final String title;
    final String unit;
    final Better better;
    private final String format;
    private final ToDoubleFunction<Figures> figure;

    Column(String title, String unit, String format, Better better, ToDoubleFunction<Figures> figure) {
        this.title = title;
        this.unit = unit;
        this.format = format;
        this.better = better;
        this.figure = figure;
    }

    double of(Figures figures) {
        return figure.applyAsDouble(figures);
    }

    String print(Figures figures) {
        return String.format(Locale.ROOT, format, of(figures));
    }
}
