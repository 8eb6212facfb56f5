package dev.sluice.lab.app;

import dev.sluice.lab.contender.Contenders;
import dev.sluice.lab.report.Distances;
import dev.sluice.lab.report.Export;
import dev.sluice.lab.report.Findings;
import dev.sluice.lab.report.Plots;
import dev.sluice.lab.report.Scoreboard;
import dev.sluice.lab.report.Shortfall;
import dev.sluice.lab.report.Table;
import dev.sluice.lab.run.Capacity;
import dev.sluice.lab.run.Trial;
import dev.sluice.lab.workload.Slo;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice lab`: workloads in virtual time, through the real router and other designs, on any fleet.
@Command(
        name = "lab",
        description = {
            "Replay workloads in virtual time and compare ways to choose a server.",
            "The router is the real one, the servers are the simulator's engines; minutes of a fleet take seconds.",
            "With --find-capacity: how many requests per second a fleet carries, or with --rate, how many servers a",
            "load needs."
        })
public final class LabCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Workloads, as YAML.")
    private List<Path> files = List.of();

    @Option(names = "--all", description = "All workloads of bench/workloads.")
    private boolean all;

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Policies to compare, with commas; all where it is not given. Rows always have round-robin and"
                            + " least-request, too.")
    private List<String> policies = List.of();

    @Option(names = "--seeds", defaultValue = "5", description = "Runs per row (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--threads", defaultValue = "2", description = "Runs at once (${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--traces",
            paramLabel = "DIR",
            description = "Where the workloads' traces lie; workloads without theirs are left out of --all.")
    private Path traces = Path.of("");

    @Option(names = "--rate", paramLabel = "R", description = "Requests per second, instead of the workloads' stages.")
    private @Nullable Double rate;

    @Option(
            names = "--slowdown",
            defaultValue = "1",
            paramLabel = "FACTOR",
            description = "Servers so many times as slow as the published figures that the picker starts from.")
    private double slowness;

    @Option(
            names = "--priors",
            split = ",",
            paramLabel = "FACTOR",
            description = "Times that the picker believes at first, in multiples of the published ones, with commas;"
                    + " a row for each. The workloads' own where it is not given.")
    private List<Double> priors = List.of();

    @Option(names = "--fleet", paramLabel = "FILE", description = "Servers instead of the workloads' own, as YAML.")
    private @Nullable Path fleet;

    @Option(
            names = "--slo",
            paramLabel = "ttft=500ms,tpot=50ms",
            converter = SloConverter.class,
            description = "Objectives instead of the workloads' own.")
    private @Nullable Slo slo;

    @Option(names = "--find-capacity", description = "Search the load, or the fleet, that just keeps the objectives.")
    private boolean findCapacity;

    @Option(
            names = "--check",
            description = "Exit with 1 where cost is worse than round-robin or least-request by more than 5 %%.")
    private boolean check;

    @Option(names = "--stages", description = "A row for each stage of the load, too.")
    private boolean stages;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to FILE, too.")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the figures to FILE, too.")
    private @Nullable Path csv;

    @Option(names = "--svg", paramLabel = "DIR", description = "Write plots into DIR, too.")
    private @Nullable Path svg;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<String> contenders = contenders();
        Trial.Settings settings = new Trial.Settings(seeds, threads, traces, slowness);
        List<Workload> workloads = workloads();
        List<Trial> trials = findCapacity
                ? capacities(out, workloads, contenders, settings)
                : play(out, workloads, contenders, settings);
        double virtual = trials.stream().mapToDouble(Trial::virtualSeconds).sum();
        double wall = trials.stream().mapToDouble(Trial::wallSeconds).sum();
        out.printf(
                "%.0f s of virtual time in %.1f s of threads' time: %.0f times as fast%n",
                virtual, wall, virtual / wall);
        out.flush();
        write(trials);
        return check && !Shortfall.of(trials).isEmpty() ? 1 : 0;
    }

    private List<Trial> play(
            PrintWriter out, List<Workload> workloads, List<String> contenders, Trial.Settings settings)
            throws IOException, InterruptedException {
        List<Trial> trials = new ArrayList<>();
        out.print(Table.header());
        for (Workload workload : workloads) {
            for (Workload row : workload.rows()) {
                trials.addAll(Trial.all(row, contenders, settings, trial -> print(out, trial)));
            }
        }
        out.println();
        out.println(Distances.of(trials));
        String findings = Findings.of(trials);
        out.print(findings.isEmpty() ? "" : findings + System.lineSeparator());
        out.print(Scoreboard.of(trials));
        out.println();
        if (contenders.contains("cost")) {
            out.println(Shortfall.print(Shortfall.of(trials)));
        }
        return trials;
    }

    private void print(PrintWriter out, Trial trial) {
        out.print((stages ? Table.stages(trial) : "") + Table.row(trial) + Table.kinds(trial));
        out.flush();
    }

    private List<Trial> capacities(
            PrintWriter out, List<Workload> workloads, List<String> contenders, Trial.Settings settings)
            throws IOException, InterruptedException {
        List<Trial> trials = new ArrayList<>();
        for (Workload workload : workloads) {
            Map<String, Double> rates = new LinkedHashMap<>();
            for (String contender : contenders) {
                Capacity capacity = rate == null
                        ? Capacity.ofFleet(workload, contender, settings)
                        : Capacity.ofRate(workload, rate, contender, settings);
                out.printf(
                        capacity.found()
                                ? "%-14s %-15s %.1f requests per second on %d servers%n"
                                : "%-14s %-15s not even %.1f requests per second on %d servers%n",
                        workload.name(),
                        contender,
                        capacity.rate(),
                        capacity.servers());
                out.flush();
                trials.add(capacity.trial());
                rates.put(contender, capacity.rate());
            }
            rates.forEach((contender, carried) -> out.printf(
                    "%-14s %-15s %.2f times what %s carries%n",
                    workload.name(),
                    contender,
                    carried / Objects.requireNonNull(rates.get(contenders.getLast())),
                    contenders.getLast()));
        }
        return trials;
    }

    private void write(List<Trial> trials) throws IOException {
        if (json != null) {
            Export.json(trials, json);
        }
        if (csv != null) {
            Export.csv(trials, csv);
        }
        if (svg != null) {
            Plots.write(trials, svg);
        }
    }

    private List<String> contenders() {
        for (String policy : policies) {
            if (!Contenders.names().contains(policy)) {
                throw new ParameterException(
                        spec.commandLine(), "No policy is named '" + policy + "'; known: " + Contenders.names());
            }
        }
        if (check && (findCapacity || (!policies.isEmpty() && !policies.contains("cost")))) {
            throw new ParameterException(spec.commandLine(), "--check judges rows of the policy cost: play it");
        }
        if (policies.isEmpty() || findCapacity) {
            return policies.isEmpty() ? Contenders.names() : policies;
        }
        return Stream.concat(policies.stream(), Shortfall.BASELINES.stream())
                .distinct()
                .toList();
    }

    private List<Workload> workloads() throws IOException {
        if (all == !files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name workloads, or --all of them");
        }
        List<Workload> workloads = new ArrayList<>();
        for (Path file : all ? known() : files) {
            Workload workload = Workload.read(file);
            if (all && !workload.isPlayable(traces)) {
                spec.commandLine()
                        .getErr()
                        .println("sluice: " + workload.name() + " is left out: its trace is not in --traces");
                continue;
            }
            if (workload.arrivals().trace() != null && (rate != null || findCapacity)) {
                throw new ParameterException(
                        spec.commandLine(), workload.name() + " is a trace: it has no rate to be set or searched");
            }
            workload = fleet == null ? workload : workload.withFleet(Workload.readFleet(fleet));
            workload = priors.isEmpty() ? workload : workload.withPriors(priors);
            workload = slo == null ? workload : workload.withSlo(slo);
            workloads.add(rate == null || findCapacity ? workload : workload.steady(rate));
        }
        return workloads;
    }

    /// The workloads of the checkout that `bin/sluice` names, else of the working folder.
    private static List<Path> known() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("sluice.home", ""), "bench/workloads"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
