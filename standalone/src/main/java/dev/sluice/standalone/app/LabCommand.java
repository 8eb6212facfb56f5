package dev.sluice.standalone.app;

import dev.sluice.standalone.lab.contender.Contenders;
import dev.sluice.standalone.lab.report.Table;
import dev.sluice.standalone.lab.run.Trial;
import dev.sluice.standalone.lab.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice lab`: workloads in virtual time, through the real router and other designs, on any fleet.
@Command(
        name = "lab",
        description = {
            "Replay workloads in virtual time and compare ways to choose a server.",
            "The router is the real one; the servers are the simulator's engines."
        })
final class LabCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Workloads, as YAML.")
    private List<Path> files = List.of();

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "NAME",
            description = "Policies to compare, with commas; all where it is not given.")
    private List<String> policies = List.of();

    @Option(names = "--seeds", defaultValue = "5", description = "Runs per row (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--threads", defaultValue = "2", description = "Runs at once (${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--traces", paramLabel = "DIR", description = "Where the workloads' traces lie.")
    private Path traces = Path.of("");

    @Option(
            names = "--slowdown",
            defaultValue = "1",
            paramLabel = "FACTOR",
            description = "Servers so many times as slow as the published figures the picker starts from.")
    private double slowness;

    @Option(names = "--fleet", paramLabel = "FILE", description = "Servers instead of the workloads' own, as YAML.")
    private @Nullable Path fleet;

    @Option(names = "--stages", description = "A row for each stage of the load, too.")
    private boolean stages;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<String> contenders = policies.isEmpty() ? Contenders.names() : policies;
        Trial.Settings settings = new Trial.Settings(seeds, threads, traces, slowness);
        List<Trial> trials = new ArrayList<>();
        out.print(Table.header());
        for (Workload workload : workloads()) {
            for (double load : workload.loads()) {
                trials.addAll(Trial.all(workload.at(load), contenders, settings, trial -> print(out, trial)));
            }
        }
        double virtual = trials.stream().mapToDouble(Trial::virtualSeconds).sum();
        double wall = trials.stream().mapToDouble(Trial::wallSeconds).sum();
        out.printf("%.0f s of virtual time in %.1f s of one core's: %.0f times as fast%n", virtual, wall, virtual / wall);
        out.flush();
        return 0;
    }

    private void print(PrintWriter out, Trial trial) {
        out.print(stages ? Table.stages(trial) + Table.row(trial) : Table.row(trial));
        out.flush();
    }

    private List<Workload> workloads() throws IOException {
        List<Workload> workloads = new ArrayList<>();
        for (Path file : files) {
            Workload workload = Workload.read(file);
            workloads.add(fleet == null ? workload : workload.withFleet(Workload.readFleet(fleet)));
        }
        return workloads;
    }
}
