package dev.sluice.bench.placement;

import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.Markdown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results as Markdown: medians over the rounds with their spread, and ratios.
final class PlacementReport {
    private static final List<PlacementFigure> SHOWN = List.of(
            PlacementFigure.TTFT_MEAN,
            PlacementFigure.TTFT_P90,
            PlacementFigure.TTFT_P99,
            PlacementFigure.DURATION_MEAN,
            PlacementFigure.TPOT_P90,
            PlacementFigure.HIT_RATIO,
            PlacementFigure.PICKER_CPU);

    private final Setting setting;
    private final List<PlacementSummary> summaries;
    private final Map<String, Long> errors = new LinkedHashMap<>();

    /// The setting in which was measured.
    ///
    /// @param load the requests, in words
    record Setting(Machine machine, List<String> servers, String load, int rounds, boolean reset) {
        Setting {
            servers = List.copyOf(servers);
        }
    }

    /// @param turns of which only the errors are told
    PlacementReport(Setting setting, List<PlacementSummary> summaries, List<PlacementTrial> turns) {
        this.setting = setting;
        this.summaries = List.copyOf(summaries);
        turns.forEach(turn -> turn.responses()
                .errors()
                .forEach((error, count) -> errors.merge(turn.contender() + ": " + error, count, Long::sum)));
    }

    String markdown() {
        return head() + figures() + distances() + ratios() + errors();
    }

    private String head() {
        Machine machine = setting.machine();
        return "Measured on %s, %d cores, Linux %s, JDK %s, Envoy %s with one worker; %d servers.\n"
                        .formatted(
                                machine.cpu(),
                                machine.cores(),
                                machine.kernel(),
                                machine.jdk(),
                                machine.envoy(),
                                setting.servers().size())
                + "%s; %s.\n"
                        .formatted(
                                setting.load(),
                                setting.reset() ? "servers reset before each turn" : "texts new in each turn")
                + "Medians of %d alternating rounds, and the lowest and highest of them; times count from the moment at which a request was due.\n"
                        .formatted(setting.rounds());
    }

    private String figures() {
        List<String> titles = Stream.of(
                        Stream.of("contender"),
                        SHOWN.stream().map(PlacementFigure::toString),
                        Stream.of("requests per server", "errors", "prompt tokens ÷ planned", "client late, p99 ms"))
                .flatMap(each -> each)
                .toList();
        return "\n" + table(titles, PlacementReport::cells);
    }

    private static Stream<String> cells(PlacementSummary own) {
        return Stream.of(
                        SHOWN.stream().map(figure -> Markdown.cell(own.figure(figure))),
                        Stream.of(
                                median(own, PlacementFigure.FEWEST) + "–" + median(own, PlacementFigure.MOST),
                                own.errors() == 0 ? "0" : "**%d**".formatted(own.errors()),
                                median(own, PlacementFigure.TOKEN_RATIO),
                                median(own, PlacementFigure.LATENESS_P99)))
                .flatMap(each -> each);
    }

    private String distances() {
        return "\n### Worse than the best of the others by\n\n"
                + judged(own -> figure -> own.distance(figure)
                        .map(each -> "× %s (%s)".formatted(Markdown.number(each.ratio()), each.best()))
                        .orElse("–"));
    }

    private String ratios() {
        return summaries.stream().allMatch(own -> own.ratios().isEmpty())
                ? ""
                : "\n### ÷ %s, within each round\n\n".formatted(Contender.EnvoyRoundRobin.NAME)
                        + judged(own -> figure -> Markdown.cell(own.ratio(figure)));
    }

    private String errors() {
        return errors.isEmpty()
                ? ""
                : errors.entrySet().stream()
                        .map(each -> "* %s (%d times)\n".formatted(each.getKey(), each.getValue()))
                        .collect(Collectors.joining("", "\n### Errors\n\n", ""));
    }

    private String judged(Function<PlacementSummary, Function<PlacementFigure, String>> cell) {
        List<String> titles = Stream.concat(
                        Stream.of("contender"), PlacementResults.JUDGED.stream().map(PlacementFigure::toString))
                .toList();
        return table(titles, own -> PlacementResults.JUDGED.stream().map(cell.apply(own)));
    }

    /// @param cells what a row has behind the contender's name
    private String table(List<String> titles, Function<PlacementSummary, Stream<String>> cells) {
        return Markdown.row(titles.stream())
                + Markdown.row(titles.stream().map(_ -> "---"))
                + summaries.stream()
                        .map(own -> Markdown.row(Stream.concat(Stream.of(own.contender()), cells.apply(own))))
                        .collect(Collectors.joining());
    }

    private static String median(PlacementSummary own, PlacementFigure figure) {
        return own.figure(figure).map(each -> Markdown.number(each.median())).orElse("–");
    }
}
