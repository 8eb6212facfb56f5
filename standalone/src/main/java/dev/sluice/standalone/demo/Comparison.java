package dev.sluice.standalone.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.standalone.load.LoadSummary;
import dev.sluice.standalone.load.Quantiles;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The two sides of a demo, as a table and as JSON.
///
/// @param window how long each side was loaded
public record Comparison(long seed, Duration window, Side service, Side sluice) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The relation of the two figures of a row: by their ratio, by their difference, or not at all.
    private enum Change {
        RATIO,
        POINTS,
        NONE
    }

    private record Row(String title, int decimals, ToDoubleFunction<Side> figure, Change change) {
        String line(Side service, Side sluice) {
            double before = figure.applyAsDouble(service);
            double after = figure.applyAsDouble(sluice);
            String difference = switch (change) {
                case RATIO -> before > 0 ? "× " + number(after / before, 2) : "";
                case POINTS -> (after < before ? "" : "+") + number(after - before, 1) + " points";
                case NONE -> "";
            };
            return columns(title, number(before, decimals), number(after, decimals), difference);
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row("requests", 0, side -> side.load().requests(), Change.NONE),
            new Row("errors", 0, side -> side.load().errors().count(), Change.NONE),
            new Row("throughput, requests/s", 1, side -> side.load().requestsPerSecond(), Change.RATIO),
            new Row("throughput, output tokens/s", 0, side -> side.load().tokensPerSecond(), Change.RATIO),
            new Row("time to first token, ms       p50", 0, side -> first(side).p50(), Change.RATIO),
            new Row("                              p90", 0, side -> first(side).p90(), Change.RATIO),
            new Row("                              p99", 0, side -> first(side).p99(), Change.RATIO),
            new Row("time per output token, ms     p50", 1, side -> each(side).p50(), Change.RATIO),
            new Row("                              p90", 1, side -> each(side).p90(), Change.RATIO),
            new Row("                              p99", 1, side -> each(side).p99(), Change.RATIO),
            new Row("prefix hit ratio, %", 1, side -> 100 * side.prefixHitRatio(), Change.POINTS),
            new Row("GPU utilisation, %", 1, side -> 100 * side.gpuUtilisation(), Change.POINTS));

    /// Every request of both sides was answered.
    public boolean flawless() {
        return service.load().errors().count() + sluice.load().errors().count() == 0;
    }

    /// The figures side by side, for people.
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(columns("", "Service", "Sluice", "")).append(System.lineSeparator());
        for (Row row : ROWS) {
            table.append(row.line(service, sluice)).append(System.lineSeparator());
        }
        appendErrors(table, "Service", service);
        appendErrors(table, "Sluice", sluice);
        return table.toString();
    }

    /// The figures for programs: times in milliseconds, ratios between 0 and 1.
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("seed", seed).put("seconds", window.toMillis() / 1e3);
        figures(root.putObject("service"), service);
        figures(root.putObject("sluice"), sluice);
        return root.toPrettyString() + System.lineSeparator();
    }

    private static void figures(ObjectNode node, Side side) {
        LoadSummary load = side.load();
        node.put("requests", load.requests())
                .put("errors", load.errors().count())
                .put("elapsedSeconds", load.elapsed().toMillis() / 1e3)
                .put("requestsPerSecond", load.requestsPerSecond())
                .put("outputTokensPerSecond", load.tokensPerSecond());
        node.putObject("timeToFirstTokenMillis").setAll(quantiles(load.firstToken()));
        node.putObject("timePerOutputTokenMillis").setAll(quantiles(load.perToken()));
        node.put("prefixHitRatio", side.prefixHitRatio()).put("gpuUtilisation", side.gpuUtilisation());
    }

    private static ObjectNode quantiles(Quantiles quantiles) {
        return JSON.createObjectNode()
                .put("p50", quantiles.p50())
                .put("p90", quantiles.p90())
                .put("p99", quantiles.p99());
    }

    private static void appendErrors(StringBuilder table, String name, Side side) {
        for (String error : side.load().errors().first()) {
            table.append("error by " + name + ": " + error).append(System.lineSeparator());
        }
    }

    private static Quantiles first(Side side) {
        return side.load().firstToken();
    }

    private static Quantiles each(Side side) {
        return side.load().perToken();
    }

    private static String columns(String title, String service, String sluice, String difference) {
        return "%-36s%12s%12s   %s"
                .formatted(title, service, sluice, difference)
                .stripTrailing();
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
