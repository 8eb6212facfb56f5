package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results as Markdown: medians over the rounds with their spread, and ratios.
final class CostReport {
    private record Column(String title, Function<CostSummary, String> cell) {}

    private final Machine machine;
    private final CostResults results;
    private final List<CostSummary> summaries;
    private final String reference;
    private final List<RatioLimit> targets;

    /// @param reference the contender that ratios are also taken against
    /// @param targets of which those are judged that were measured
    CostReport(
            Machine machine,
            CostResults results,
            List<CostSummary> summaries,
            String reference,
            List<RatioLimit> targets) {
        this.machine = machine;
        this.results = results;
        this.summaries = List.copyOf(summaries);
        this.reference = reference;
        this.targets = List.copyOf(targets);
    }

    String markdown() {
        Map<Work, String> tables = new TreeMap<>(summaries.stream()
                .collect(Collectors.groupingBy(
                        CostSummary::work, Collectors.collectingAndThen(Collectors.toList(), this::tables))));
        return "Measured on %s, %d cores, Linux %s, JDK %s, Envoy %s with one worker; JVM flags: %s.\n"
                        .formatted(
                                machine.cpu(),
                                machine.cores(),
                                machine.kernel(),
                                machine.jdk(),
                                machine.envoy(),
                                String.join(" ", machine.flags()))
                + "Medians over the rounds, and the lowest and highest of them; ratios are taken within each round.\n"
                + String.join("", tables.values())
                + bounds();
    }

    private String tables(List<CostSummary> ofWork) {
        return Stream.of(false, true)
                .map(paced ->
                        ofWork.stream().filter(each -> each.isPaced() == paced).toList())
                .filter(phase -> !phase.isEmpty())
                .map(phase -> table(phase, phase.getFirst().isPaced() ? paced() : peak()))
                .collect(Collectors.joining());
    }

    private List<Column> peak() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("picker", CostSummary::contender));
        columns.add(figure("req/s", CostFigure.RATE));
        columns.add(ratio(CostFigure.RATE, PickerContender.NONE.name()));
        addRatios(columns, CostFigure.RATE);
        columns.add(figure("CPU ms/request", CostFigure.PICKER_CPU));
        addRatios(columns, CostFigure.PICKER_CPU);
        columns.add(figure("p50 ms", CostFigure.P50));
        columns.add(figure("p90 ms", CostFigure.P90));
        columns.add(figure("p99 ms", CostFigure.P99));
        columns.add(figure("Envoy CPU ms/request", CostFigure.ENVOY_CPU));
        columns.add(new Column("errors", CostReport::errors));
        return columns;
    }

    private List<Column> paced() {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("picker", CostSummary::contender));
        columns.add(figure("p50 ms", CostFigure.P50));
        addRatios(columns, CostFigure.P50);
        columns.add(figure("p90 ms", CostFigure.P90));
        columns.add(figure("p99 ms", CostFigure.P99));
        addRatios(columns, CostFigure.P99);
        columns.add(figure("first to last byte, p50 ms", CostFigure.RESPONSE_P50));
        columns.add(ratio(CostFigure.RESPONSE_P50, PickerContender.NONE.name()));
        columns.add(figure("CPU ms/request", CostFigure.PICKER_CPU));
        columns.add(figure("req/s", CostFigure.RATE));
        columns.add(new Column("errors", CostReport::errors));
        return columns;
    }

    private void addRatios(List<Column> columns, CostFigure figure) {
        columns.add(ratio(figure, PickerContender.NO_OP));
        if (!reference.equals(PickerContender.NO_OP)) {
            columns.add(ratio(figure, reference));
        }
    }

    private static Column figure(String title, CostFigure figure) {
        return new Column(title, summary -> Markdown.cell(summary.figure(figure)));
    }

    private static Column ratio(CostFigure figure, String against) {
        return new Column("÷ " + against, summary -> Markdown.cell(summary.ratio(figure, against)));
    }

    private static String table(List<CostSummary> phase, List<Column> columns) {
        CostSummary any = phase.getFirst();
        return "\n### %s: %d connections, %s\n\n"
                        .formatted(any.work(), Measurement.connections(any.work(), any.arrivals()), any.arrivals())
                + Markdown.row(columns.stream().map(Column::title))
                + Markdown.row(columns.stream().map(_ -> "---"))
                + phase.stream()
                        .map(summary -> Markdown.row(
                                columns.stream().map(column -> column.cell().apply(summary))))
                        .collect(Collectors.joining());
    }

    private String bounds() {
        String rows = targets.stream()
                .flatMap(bound -> bound
                        .measured(results)
                        .map(measured -> Markdown.row(Stream.of(
                                bound.toString(),
                                Markdown.cell(Optional.of(measured)),
                                bound.holds(measured.median()) ? "met" : "**missed**")))
                        .stream())
                .collect(Collectors.joining());
        return rows.isEmpty() ? "" : "\n### Targets\n\n| target | measured | |\n|---|---|---|\n" + rows;
    }

    private static String errors(CostSummary own) {
        return own.errors() == 0 ? "0" : "**%d**".formatted(own.errors());
    }
}
