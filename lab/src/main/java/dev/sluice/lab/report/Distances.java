package dev.sluice.lab.report;

import dev.sluice.lab.run.Trial;
import java.util.List;
import java.util.Locale;

/// The distances of each policy from the best real one and from the oracle, row by row.
public final class Distances {
    private static final int NAME_WIDTH = 20;

    private Distances() {}

    /// A line for each workload, with two numbers for each policy: its figures in multiples of the best real
    /// policy's, each figure for itself, and in multiples of the oracle's; geometric means.
    public static String of(List<Trial> trials) {
        List<String> contenders =
                trials.stream().map(Trial::contender).distinct().toList();
        StringBuilder lines = new StringBuilder("multiples of the best real policy's figures / of the oracle's\n");
        lines.append(" ".repeat(NAME_WIDTH));
        contenders.forEach(contender -> lines.append(cell(contender)));
        lines.append('\n');
        for (String workload :
                trials.stream().map(trial -> trial.workload().name()).distinct().toList()) {
            List<Trial> row = trials.stream()
                    .filter(trial -> trial.workload().name().equals(workload))
                    .toList();
            List<Trial> real = row.stream()
                    .filter(trial -> !trial.contender().equals(Scoreboard.ORACLE))
                    .toList();
            List<Trial> oracle = row.stream()
                    .filter(trial -> trial.contender().equals(Scoreboard.ORACLE))
                    .toList();
            lines.append(workload).append(" ".repeat(Math.max(0, NAME_WIDTH - workload.length())));
            for (Trial trial : row) {
                lines.append(cell(number(trial, real) + " / " + number(trial, oracle)));
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    private static String number(Trial trial, List<Trial> rivals) {
        return rivals.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", Scoreboard.ofRow(trial, rivals));
    }

    private static String cell(String text) {
        return String.format(Locale.ROOT, " %16s", text);
    }
}
