package dev.sluice.standalone.lab.report;

import dev.sluice.standalone.lab.run.Figures;
import dev.sluice.standalone.lab.run.Trial;
import java.util.ArrayList;
import java.util.List;

/// Trials in lines and columns of text, of fixed widths so that a line can be printed as soon as its trial has ended.
public final class Table {
    private static final int WORKLOAD_WIDTH = 14;
    private static final int POLICY_WIDTH = 15;
    private static final int WIDTH = 7;

    private Table() {}

    /// Titles, and units below them.
    public static String header() {
        List<String> titles = new ArrayList<>();
        List<String> units = new ArrayList<>();
        for (Column column : Column.values()) {
            titles.add(column.title);
            units.add(column.unit);
        }
        return line("workload", "policy", titles) + line("", "", units);
    }

    /// The means of a trial.
    public static String row(Trial trial) {
        return line(trial.workload().name(), trial.contender(), cells(trial.figures()));
    }

    /// A line for each stage of a trial.
    public static String stages(Trial trial) {
        StringBuilder lines = new StringBuilder();
        for (Figures stage : trial.stages()) {
            lines.append(line("  stage", trial.contender(), cells(stage)));
        }
        return lines.toString();
    }

    private static List<String> cells(Figures figures) {
        List<String> cells = new ArrayList<>();
        for (Column column : Column.values()) {
            cells.add(column.print(figures));
        }
        return cells;
    }

    private static String line(String workload, String policy, List<String> cells) {
        StringBuilder line = new StringBuilder();
        line.append(workload).append(padding(workload, WORKLOAD_WIDTH));
        line.append(' ').append(policy).append(padding(policy, POLICY_WIDTH));
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append("  ").append(padding(cell, width(Column.values()[i]))).append(cell);
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
