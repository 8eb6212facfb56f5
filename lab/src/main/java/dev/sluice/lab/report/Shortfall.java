package dev.sluice.lab.report;

import dev.sluice.lab.run.Trial;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A figure of one row in which the cost policy is worse than one that knows nothing of costs.
///
/// @param workload the row
/// @param own what the policy has
/// @param baseline the better of the simple ones
/// @param best what that one has
public record Shortfall(String workload, Column column, double own, String baseline, double best) {
    /// The policies that nobody needs a picker for.
    public static final List<String> BASELINES = List.of("round-robin", "least-request");

    private static final String JUDGED = "cost";
    /// Less than this is chance.
    private static final double TOLERANCE = 1.05;

    /// The shortfalls of all rows, in their order; none in rows where one of the policies was not played.
    public static List<Shortfall> of(List<Trial> trials) {
        return trials.stream()
                .filter(trial -> trial.contender().equals(JUDGED))
                .flatMap(trial -> Stream.of(Column.values())
                        .filter(column -> column.better == Column.Better.LESS)
                        .flatMap(column -> in(column, trial, trials).stream()))
                .toList();
    }

    private static Optional<Shortfall> in(Column column, Trial trial, List<Trial> trials) {
        String workload = trial.workload().name();
        double own = column.of(trial.figures());
        return trials.stream()
                .filter(each -> BASELINES.contains(each.contender())
                        && each.workload().name().equals(workload))
                .map(each -> new Shortfall(workload, column, own, each.contender(), column.of(each.figures())))
                .reduce((one, other) -> other.best() < one.best() ? other : one)
                .filter(found -> found.ratio() > TOLERANCE);
    }

    /// The ratio of the two figures, from 1 on.
    double ratio() {
        return own / best;
    }

    /// A line for each.
    public static String print(List<Shortfall> shortfalls) {
        StringBuilder lines = new StringBuilder("worse than round-robin or least-request by\n");
        shortfalls.forEach(each -> lines.append(String.format(
                Locale.ROOT,
                "%-20s %-10s %5.2f  %.1f %s, %s %.1f%n",
                each.workload(),
                each.column().title,
                each.ratio(),
                each.own(),
                each.column().unit,
                each.baseline(),
                each.best())));
        return lines.append(shortfalls.isEmpty() ? "nothing\n" : "").toString();
    }
}
