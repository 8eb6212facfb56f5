package dev.sluice.lab.report;

import dev.sluice.lab.run.Figures;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A figure's name, unit and way to be printed; the order is that of all reports.
enum Column {
    RATE("rate", "req/s", "%.1f", Better.NEITHER, Figures::rate),
    TTFT_MEAN("ttft mean", "ms", "%.0f", Better.LESS, Figures::ttftMean),
    TTFT_P90("ttft p90", "ms", "%.0f", Better.LESS, Figures::ttftP90),
    TTFT_P99("ttft p99", "ms", "%.0f", Better.LESS, Figures::ttftP99),
    TPOT_P90("tpot p90", "ms", "%.1f", Better.LESS, Figures::tpotP90),
    NORMALIZED_P90("ntpot p90", "ms", "%.1f", Better.NEITHER, Figures::normalizedP90),
    DURATION_MEAN("duration", "ms", "%.0f", Better.LESS, Figures::durationMean),
    GOODPUT("goodput", "req/s", "%.2f", Better.NEITHER, Figures::goodput),
    KEPT("in slo", "", "%.3f", Better.MORE, Figures::kept),
    THROUGHPUT("throughput", "tok/s", "%.0f", Better.MORE, Figures::throughput),
    HIT_RATIO("hits", "", "%.3f", Better.NEITHER, Figures::hitRatio),
    UTILIZATION("gpu", "", "%.3f", Better.NEITHER, Figures::utilization),
    IMBALANCE("max/mean", "", "%.2f", Better.NEITHER, Figures::imbalance),
    UNFINISHED("unfinished", "", "%.0f", Better.NEITHER, Figures::unfinished),
    REFUSED("refused", "", "%.0f", Better.NEITHER, Figures::refused);

    /// Which way a figure is good; [#NEITHER] where it only explains others.
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
