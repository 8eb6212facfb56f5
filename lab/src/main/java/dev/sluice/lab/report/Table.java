package dev.sluice.lab.report;

import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Trial;
import java.util.EnumMap;
import java.util.Map;

/// Trials in lines and columns of text, of fixed widths so that a line can be printed as soon as its trial has
/// ended.
public final class Table {
    private static final int WORKLOAD_WIDTH = 20;
    private static final int POLICY_WIDTH = 15;
    private static final int WIDTH = 7;

    private Table() {}

    /// Titles, and units below them.
    public static String header() {
        Map<Column, String> titles = new EnumMap<>(Column.class);
        Map<Column, String> units = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            titles.put(column, column.title);
            units.put(column, column.unit);
        }
        return line("workload", "policy", titles) + line("", "", units);
    }

    /// The means of a trial.
    public static String row(Trial trial) {
        return line(trial.workload().name(), trial.contender(), cells(trial.figures()));
    }

    /// A line for each kind of request that has a name.
    public static String kinds(Trial trial) {
        StringBuilder lines = new StringBuilder();
        trial.kinds().forEach((kind, figures) -> lines.append(line("  " + kind, trial.contender(), cells(figures))));
        return lines.toString();
    }

    /// A line for each stage of a trial.
    public static String stages(Trial trial) {
        StringBuilder lines = new StringBuilder();
        for (Figures stage : trial.stages()) {
            lines.append(line("  stage", trial.contender(), cells(stage)));
        }
        return lines.toString();
    }

    private static Map<Column, String> cells(Figures figures) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            cells.put(column, column.print(figures));
        }
        return cells;
    }

    private static String line(String workload, String policy, Map<Column, String> cells) {
        StringBuilder line = new StringBuilder();
        line.append(workload).append(padding(workload, WORKLOAD_WIDTH));
        line.append(' ').append(policy).append(padding(policy, POLICY_WIDTH));
        for (Column column : Column.values()) {
            String cell = cells.getOrDefault(column, "");
            line.append("  ").append(padding(cell, width(column))).append(cell);
        }
        return line.append('\n').toString();
    }

    private static int width(Column column) {
        return Math.max(WIDTH, column.title.length());
    }

    private static String padding(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length()));
    }
}
