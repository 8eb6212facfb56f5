package dev.sluice.bench.startup;

import dev.sluice.standalone.training.Engines;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Starts a picker again and again and prints, as Markdown, how soon it served and what its first requests paid.
@Command(
        name = "startup",
        description = {
            "Measure the start of `sluice picker` with 100 endpoints: the time until it serves, the 99th percentile of the",
            "first 1,000 requests at 200/s against 1,000 after 12,000 more, and its resident memory.",
            "A first round warms this client up and does not count."
        },
        mixinStandardHelpOptions = true)
public final class Startup implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", defaultValue = "5", description = "How many starts (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--endpoints", defaultValue = "100", description = "How many endpoints (${DEFAULT-VALUE}).")
    private int endpoints;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The sluice command: a JVM, its flags and class.")
    private List<String> sluice = List.of();

    private Startup() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Startup())
                .setUnmatchedOptionsArePositionalParams(true)
                .setStopAtPositional(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("sluice-startup");
        Path log = Files.createTempFile("sluice-startup", ".log");
        List<Start> starts = new ArrayList<>();
        try (Engines engines = Engines.start(endpoints)) {
            engines.describe(folder);
            OpenLoop load = new OpenLoop(1);
            Start.measure(sluice, folder, log, load);
            for (int run = 0; run < runs; run++) {
                starts.add(Start.measure(sluice, folder, log, load));
            }
        } finally {
            Engines.forget(folder);
            Files.deleteIfExists(log);
        }
        print(starts);
        return 0;
    }

    private void print(List<Start> starts) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "| | SERVING after s | CPU s | first p50 ms | first p99 ms | warm p50 ms | warm p99 ms | p99 ratio | RSS MB |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (int run = 0; run < starts.size(); run++) {
            out.println(row("run " + (run + 1), List.of(starts.get(run))));
        }
        out.println(row("**median**", starts));
        out.flush();
    }

    private static String row(String name, List<Start> starts) {
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f |",
                name,
                median(starts, start -> start.serving().toNanos() / NANOS_PER_SECOND),
                median(starts, start -> start.cpu().toNanos() / NANOS_PER_SECOND),
                median(starts, start -> start.first().millis(0.5)),
                median(starts, start -> start.first().millis(0.99)),
                median(starts, start -> start.warm().millis(0.5)),
                median(starts, start -> start.warm().millis(0.99)),
                median(starts, Start::ratio),
                median(starts, Start::residentMegabytes));
    }

    private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
        double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
