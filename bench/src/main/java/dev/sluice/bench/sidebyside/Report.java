package dev.sluice.bench.sidebyside;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results as Markdown: medians over the rounds with their spread, and ratios.
final class Report {
    private final Machine machine;
    private final Results results;
    private final List<String> contenders;
    private final String reference;

    /// @param reference the contender that ratios are also taken against
    Report(Machine machine, Results results, List<String> contenders, String reference) {
        this.machine = machine;
        this.results = results;
        this.contenders = List.copyOf(contenders);
        this.reference = reference;
    }

    String markdown() {
        return "Measured on %s, %d cores, Linux %s, JDK %s, Envoy %s with one worker; JVM flags: %s.\n\n"
                        .formatted(
                                machine.cpu(),
                                machine.cores(),
                                machine.kernel(),
                                machine.jdk(),
                                machine.envoy(),
                                String.join(" ", machine.flags()))
                + Stream.of(Work.values())
                        .flatMap(work -> Stream.of(peak(work), paced(work)))
                        .collect(Collectors.joining());
    }

    private String peak(Work work) {
        Results all = results.of(work, false);
        if (all.isEmpty()) {
            return "";
        }
        Results none = all.of(Contender.NONE.name());
        Results noOp = all.of(Contender.NO_OP);
        Results peer = all.of(reference);
        String title =
                "### %s: %d connections, each as fast as it gets answers\n\n".formatted(work, work.connections());
        String header = """
                | picker | req/s | ÷ none | ÷ no-op | ÷ %1$s | CPU ms/request | ÷ no-op | ÷ %1$s | p50 ms | p90 ms | p99 ms | Envoy CPU ms/request | errors |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|
                """.formatted(reference);
        return contenders.stream()
                .map(name -> {
                    Results own = all.of(name);
                    return row(
                            name,
                            cell(own.spread(Figure.RATE)),
                            cell(own.ratio(Figure.RATE, none)),
                            cell(own.ratio(Figure.RATE, noOp)),
                            cell(own.ratio(Figure.RATE, peer)),
                            cell(own.spread(Figure.PICKER_CPU)),
                            cell(own.ratio(Figure.PICKER_CPU, noOp)),
                            cell(own.ratio(Figure.PICKER_CPU, peer)),
                            cell(own.spread(Figure.P50)),
                            cell(own.spread(Figure.P90)),
                            cell(own.spread(Figure.P99)),
                            cell(own.spread(Figure.ENVOY_CPU)),
                            errors(own));
                })
                .collect(Collectors.joining("", title + header, "\n"));
    }

    private String paced(Work work) {
        Results all = results.of(work, true);
        if (all.isEmpty()) {
            return "";
        }
        Results peer = all.of(reference);
        String title = "### %s: %s\n\n".formatted(work, all.turns().getFirst().arrivals());
        String header = """
                | picker | p50 ms | ÷ %1$s | p90 ms | p99 ms | ÷ %1$s | CPU ms/request | req/s | errors |
                |---|---|---|---|---|---|---|---|---|
                """.formatted(reference);
        return contenders.stream()
                .map(name -> {
                    Results own = all.of(name);
                    return row(
                            name,
                            cell(own.spread(Figure.P50)),
                            cell(own.ratio(Figure.P50, peer)),
                            cell(own.spread(Figure.P90)),
                            cell(own.spread(Figure.P99)),
                            cell(own.ratio(Figure.P99, peer)),
                            cell(own.spread(Figure.PICKER_CPU)),
                            cell(own.spread(Figure.RATE)),
                            errors(own));
                })
                .collect(Collectors.joining("", title + header, "\n"));
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String cell(Optional<Spread> spread) {
        return spread.map(each -> "%s (%s–%s)".formatted(number(each.median()), number(each.min()), number(each.max())))
                .orElse("–");
    }

    private static String errors(Results own) {
        return own.errors() == 0 ? "0" : "**%d**".formatted(own.errors());
    }

    /// Three digits that count.
    static String number(double value) {
        if (value == 0) {
            return "0";
        }
        int whole = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
        return String.format(Locale.ROOT, "%,." + Math.clamp(3 - whole, 0, 4) + "f", value);
    }
}
