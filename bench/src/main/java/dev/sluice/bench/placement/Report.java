package dev.sluice.bench.placement;

import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.Markdown;
import dev.sluice.bench.rig.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results as Markdown: medians over the rounds with their spread, and ratios.
final class Report {
    private static final List<Figure> SHOWN = List.of(
            Figure.TTFT_MEAN,
            Figure.TTFT_P90,
            Figure.TTFT_P99,
            Figure.DURATION_MEAN,
            Figure.TPOT_P90,
            Figure.HIT_RATIO,
            Figure.PICKER_CPU);

    private final Setting setting;
    private final List<Contender> contenders;
    private final Results results;

    /// What was measured on what.
    ///
    /// @param load the requests, in words
    record Setting(Machine machine, List<String> servers, String load, int rounds, boolean reset) {
        Setting {
            servers = List.copyOf(servers);
        }
    }

    Report(Setting setting, List<Contender> contenders, Results results) {
        this.setting = setting;
        this.contenders = List.copyOf(contenders);
        this.results = results;
    }

    String markdown() {
        return head() + figures() + distances() + againstRoundRobin() + errors();
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
        StringBuilder table = new StringBuilder("\n");
        table.append(Markdown.row(Stream.of(
                        Stream.of("contender"),
                        SHOWN.stream().map(Figure::toString),
                        Stream.of(
                                "requests per server",
                                "errors",
                                Figure.TOKEN_RATIO.toString(),
                                Figure.LATENESS_P99.toString()))
                .flatMap(titles -> titles)));
        table.append(Markdown.row(Stream.generate(() -> "---").limit(SHOWN.size() + 5)));
        for (Contender contender : contenders) {
            Results own = results.of(contender.name());
            table.append(Markdown.row(Stream.of(
                            Stream.of(contender.name()),
                            SHOWN.stream().map(figure -> Markdown.cell(own.spread(figure))),
                            Stream.of(
                                    median(own, Figure.FEWEST) + "–" + median(own, Figure.MOST),
                                    own.errors() == 0 ? "0" : "**%d**".formatted(own.errors()),
                                    median(own, Figure.TOKEN_RATIO),
                                    median(own, Figure.LATENESS_P99)))
                    .flatMap(cells -> cells)));
        }
        return table.toString();
    }

    private String distances() {
        String rows = contenders.stream()
                .map(contender -> Markdown.row(Stream.concat(
                        Stream.of(contender.name()),
                        Results.JUDGED.stream()
                                .map(figure -> results.distance(
                                                figure, contender.name(), Verdict.others(contender, contenders))
                                        .map(each -> "%s × %s".formatted(Markdown.number(each.ratio()), each.best()))
                                        .orElse("–")))))
                .collect(Collectors.joining());
        return "\n### Worse than the best of the others by\n\n" + judged("contender") + rows;
    }

    private String againstRoundRobin() {
        Results reference = results.of(Contender.EnvoyRoundRobin.NAME);
        if (reference.turns().isEmpty()) {
            return "";
        }
        String rows = contenders.stream()
                .map(contender -> Markdown.row(Stream.concat(
                        Stream.of(contender.name()),
                        Results.JUDGED.stream()
                                .map(figure -> Markdown.cell(
                                        results.of(contender.name()).ratio(figure, reference))))))
                .collect(Collectors.joining());
        return "\n### ÷ %s, within each round\n\n".formatted(Contender.EnvoyRoundRobin.NAME)
                + judged("contender")
                + rows;
    }

    private String errors() {
        Map<String, Long> all = new LinkedHashMap<>();
        results.turns()
                .forEach(turn -> turn.errors()
                        .forEach((error, count) -> all.merge(turn.contender() + ": " + error, count, Long::sum)));
        return all.isEmpty()
                ? ""
                : all.entrySet().stream()
                        .map(each -> "* %s (%d times)\n".formatted(each.getKey(), each.getValue()))
                        .collect(Collectors.joining("", "\n### Errors\n\n", ""));
    }

    private static String judged(String first) {
        return Markdown.row(
                        Stream.concat(Stream.of(first), Results.JUDGED.stream().map(Figure::toString)))
                + Markdown.row(Stream.generate(() -> "---").limit(Results.JUDGED.size() + 1L));
    }

    private static String median(Results own, Figure figure) {
        Optional<Spread> spread = own.spread(figure);
        return spread.map(each -> Markdown.number(each.median())).orElse("–");
    }
}
