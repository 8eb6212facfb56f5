package dev.sluice.bench.placement;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.bench.placement.load.LoadOptions;
import dev.sluice.bench.placement.load.Plan;
import dev.sluice.bench.placement.load.RequestWriter;
import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.rig.Loop;
import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.Markdown;
import dev.sluice.bench.rig.NamedPicker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bench/placement`: sends the same requests through each contender in turn, and says how fast they were served.
@Command(
        name = "placement",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Replays a trace or a shape in real time through pickers to running model servers, one picker after"
                        + " the other, and prints how fast clients were served.",
        exitCodeOnInvalidInput = Placement.USAGE,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:measured",
            "1:with --check, Cost was worse than it may be; or something failed",
            "2:the run is void: the client was late, or requests failed; standard error says which",
            "64:the command line is wrong"
        })
final class Placement implements Callable<Integer> {
    static final int USAGE = 64;
    private static final int WORSE = 1;
    private static final int VOID = 2;

    /// The record that a run leaves behind for machines.
    record PlacementRun(
            PlacementReport.Setting setting, List<PlacementSummary> summaries, List<PlacementTrial> turns) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlacementOptions options;

    @Mixin
    private LoadOptions load;

    private Placement() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Placement())
                .registerConverter(NamedPicker.class, NamedPicker::parse)
                .registerConverter(Contender.Proxy.class, Contender.Proxy::parse)
                .registerConverter(LoadOptions.Shape.class, LoadOptions.Shape::of)
                .registerConverter(HostAndPort.class, HostAndPort::fromString)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<HostAndPort> addresses;
        List<Contender> contenders;
        Plan plan;
        RequestWriter writer;
        try {
            addresses = options.servers();
            contenders = options.contenders();
            plan = load.plan();
            writer = options.writer();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        err().println(plan.description());
        try (Closing parts = new Closing()) {
            Loop loop = parts.add(new Loop());
            Servers servers = parts.add(new Servers(addresses));
            Stage stage = new Stage(servers, options.restarts(), options.jvm(), parts);
            Rounds rounds = new Rounds(loop, servers, stage, plan, writer, options.pace());
            PlacementResults results = new PlacementResults(rounds.play(contenders, this::progress));
            report(contenders, plan, results);
            return conclude(contenders, results);
        }
    }

    private void report(List<Contender> contenders, Plan plan, PlacementResults results) throws IOException {
        PlacementReport.Setting setting = new PlacementReport.Setting(
                Machine.describe(options.jvm().flags()),
                options.servers().stream().map(HostAndPort::toString).toList(),
                plan.description(),
                options.pace().rounds(),
                options.pace().reset() != null);
        List<PlacementSummary> summaries = contenders.stream()
                .map(contender -> PlacementSummary.of(results, contender, contenders))
                .toList();
        String markdown = new PlacementReport(setting, summaries, results.turns()).markdown();
        spec.commandLine().getOut().print(markdown);
        spec.commandLine().getOut().flush();
        if (options.markdown() != null) {
            Files.writeString(options.markdown(), markdown);
        }
        if (options.json() != null) {
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValue(options.json().toFile(), new PlacementRun(setting, summaries, results.turns()));
        }
    }

    private int conclude(List<Contender> contenders, PlacementResults results) {
        List<String> faults = Verdict.faults(results, contenders, options.maxLateness());
        faults.forEach(fault -> err().println("The run is void: " + fault));
        List<String> misses =
                options.check() == null ? List.of() : Verdict.misses(results, contenders, options.check());
        misses.forEach(miss -> err().println("Failed: " + miss));
        err().flush();
        if (!faults.isEmpty()) {
            return VOID;
        }
        return misses.isEmpty() ? 0 : WORSE;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private void progress(PlacementTrial turn) {
        err().printf(
                        "round %d  %-18s first token mean %8s ms  p90 %8s ms  duration %8s ms  hits %6s  late %6s ms  %s errors%n",
                        turn.round() + 1,
                        turn.contender(),
                        Markdown.number(turn.figure(PlacementFigure.TTFT_MEAN)),
                        Markdown.number(turn.figure(PlacementFigure.TTFT_P90)),
                        Markdown.number(turn.figure(PlacementFigure.DURATION_MEAN)),
                        Markdown.number(turn.figure(PlacementFigure.HIT_RATIO)),
                        Markdown.number(turn.figure(PlacementFigure.LATENESS_P99)),
                        Markdown.number(turn.figure(PlacementFigure.ERRORS)));
        err().flush();
    }
}
