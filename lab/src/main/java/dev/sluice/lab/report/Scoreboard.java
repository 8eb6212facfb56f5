package dev.sluice.lab.report;

import dev.sluice.lab.run.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The score of each policy is its distance from the best one, over all workloads: the geometric mean of its
/// figures' ratios to the best real policy's, 1 being best everywhere. The oracle competes with nobody.
public final class Scoreboard {
    static final String ORACLE = "oracle";
    /// Shares within the objectives differ by chance by this much: near nothing, a handful of requests tells nobody
    /// apart.
    private static final double HANDFUL = 0.05;
    /// No single figure weighs more than this; a policy that keeps no objective at all would be infinitely worse.
    private static final double WORST = 100;

    private Scoreboard() {}

    /// A figure of one workload.
    private record Cell(String workload, Column column, double ratio) {}

    /// A line for each policy, best first: its mean, and its three worst figures.
    public static String of(List<Trial> trials) {
        Map<String, List<Cell>> cells = new LinkedHashMap<>();
        for (Trial trial : trials) {
            List<Trial> rivals = trials.stream()
                    .filter(each ->
                            each.workload().name().equals(trial.workload().name()))
                    .filter(each -> !each.contender().equals(ORACLE))
                    .toList();
            for (Column column : Column.values()) {
                double ratio = ratio(column, trial, rivals);
                if (!Double.isNaN(ratio)) {
                    cells.computeIfAbsent(trial.contender(), _ -> new ArrayList<>())
                            .add(new Cell(trial.workload().name(), column, ratio));
                }
            }
        }
        StringBuilder lines = new StringBuilder("ratio to the best real policy, geometric mean over all figures\n");
        cells.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> mean(entry.getValue())))
                .forEach(entry -> lines.append(line(entry.getKey(), entry.getValue())));
        return lines.toString();
    }

    /// The geometric mean over the figures of one row, each in multiples of the rivals' best.
    static double ofRow(Trial trial, List<Trial> rivals) {
        return mean(Stream.of(Column.values())
                .map(column -> new Cell(trial.workload().name(), column, ratio(column, trial, rivals)))
                .filter(cell -> !Double.isNaN(cell.ratio()))
                .toList());
    }

    /// At least 1, but for the oracle; NaN where nothing can be compared.
    private static double ratio(Column column, Trial trial, List<Trial> rivals) {
        double own = column.of(trial.figures());
        return switch (column.better) {
            case NEITHER -> Double.NaN;
            case LESS -> {
                double best = rivals.stream()
                        .mapToDouble(each -> column.of(each.figures()))
                        .min()
                        .orElse(Double.NaN);
                yield Math.min(WORST, own / best);
            }
            case MORE -> {
                double best = rivals.stream()
                        .mapToDouble(each -> column.of(each.figures()))
                        .max()
                        .orElse(Double.NaN);
                double floor = column == Column.KEPT ? HANDFUL : 0;
                yield Math.min(WORST, (best + floor) / (own + floor));
            }
        };
    }

    private static double mean(List<Cell> cells) {
        return Math.exp(cells.stream()
                .mapToDouble(cell -> Math.log(cell.ratio()))
                .average()
                .orElse(Double.NaN));
    }

    private static String line(String contender, List<Cell> cells) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%-16s %6.3f  within 5 %%: %3.0f %%  worst:", contender, mean(cells), share(cells)));
        cells.stream()
                .sorted(Comparator.comparingDouble(Cell::ratio).reversed())
                .limit(3)
                .forEach(cell -> line.append(String.format(
                        Locale.ROOT, "  %s %s %.2f", cell.workload(), cell.column().title, cell.ratio())));
        return line.append('\n').toString();
    }

    private static double share(List<Cell> cells) {
        return 100.0 * cells.stream().filter(cell -> cell.ratio() <= 1.05).count() / cells.size();
    }
}
