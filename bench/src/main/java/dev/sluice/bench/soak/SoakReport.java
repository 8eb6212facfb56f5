package dev.sluice.bench.soak;

import dev.sluice.bench.rig.Markdown;
import dev.sluice.bench.soak.SoakPeriod.Ends;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Prints a soak: a row for each period as it ends, and a summary.
final class SoakReport {
    private final PrintWriter out;

    SoakReport(PrintWriter out) {
        this.out = out;
    }

    void header() {
        out.print("""
                | s | cores | base rate/s | complete | 429 | 503 | cut | others | held back | small p50 ms | p99 ms | heap MiB | of bodies | resident MiB | threads | files |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
                """);
        out.flush();
    }

    void row(SoakPeriod period) {
        Ends ends = period.load().ends();
        ProcessReading process = period.last();
        out.print(Markdown.row(Stream.concat(
                Stream.concat(
                        Stream.of(
                                "%.0f".formatted(period.endSeconds()),
                                "%.2f".formatted(period.load().cores()),
                                "%.0f".formatted(period.load().baseRate())),
                        Stream.of(
                                        ends.complete(),
                                        ends.refused(),
                                        ends.unavailable(),
                                        ends.cut(),
                                        ends.others(),
                                        ends.heldBack())
                                .map(String::valueOf)),
                Stream.of(
                        "%.1f".formatted(period.load().small().p50()),
                        "%.1f".formatted(period.load().small().p99()),
                        "%.1f".formatted(period.heap().usedMib()),
                        "%.1f".formatted(period.heap().bodiesMib()),
                        "%.1f".formatted(process.residentMib()),
                        Integer.toString(process.threads()),
                        Integer.toString(process.files())))));
        out.flush();
    }

    void summary(List<SoakPeriod> periods, SoakEnd end) {
        out.println();
        end.endings().forEach((kind, endings) -> out.printf("%-10s %s%n", kind.label(), counts(endings)));
        Map<String, Double> outcomes = end.meters().by("sluice_requests_total", "outcome");
        out.println("outcomes   "
                + outcomes.entrySet().stream()
                        .map(each -> "%.0f %s".formatted(each.getValue(), each.getKey()))
                        .collect(Collectors.joining(", ")));
        out.printf("bodies paused %.0f times%n", end.meters().sum("sluice_body_pauses_total"));
        SoakVerdict.growth(periods).forEach(out::println);
        if (!SoakVerdict.judgesGrowth(periods)) {
            out.println("growth is not judged in so short a run: the journal and the prefix index are still filling");
        }
        out.println("after the load: "
                + Stream.concat(SoakVerdict.HELD.stream(), SoakVerdict.FAULTS.stream())
                        .map(meter -> "%s %.0f".formatted(meter, end.meters().sum(meter)))
                        .collect(Collectors.joining(", ")));
        out.println("objects of requests: "
                + SoakVerdict.OF_REQUESTS.stream()
                        .map(type -> "%s %d"
                                .formatted(
                                        type.substring(type.lastIndexOf('.') + 1),
                                        end.instances().getOrDefault(type, 0L)))
                        .collect(Collectors.joining(", ")));
        out.flush();
    }

    private static String counts(Map<String, Long> endings) {
        return endings.entrySet().stream()
                .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
                .collect(Collectors.joining(", "));
    }
}
