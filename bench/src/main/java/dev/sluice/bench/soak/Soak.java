package dev.sluice.bench.soak;

import dev.sluice.bench.rig.Closing;
import dev.sluice.bench.soak.SoakPeriod.Ends;
import dev.sluice.bench.soak.SoakPeriod.HeapSample;
import dev.sluice.bench.soak.SoakPeriod.PeriodLoad;
import dev.sluice.bench.soak.SoakPeriod.ProcessSample;
import dev.sluice.bench.soak.SoakPeriod.SmallRequestTimes;
import dev.sluice.bench.soak.load.CpuControl;
import dev.sluice.bench.soak.load.LoadCounts;
import dev.sluice.bench.soak.load.SoakLoad;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `bench/soak`: keeps the shipped picker under load for an hour, and says whether anything of it grew or stayed held.
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends small and long prompts, streams, large and slow bodies, broken input, cancellations and bursts of"
                    + " overload through a real Envoy and the picker as bin/sluice starts it, to simulated servers.",
            "Prints a row for each minute (each tenth of a run below ten minutes), in which the heap is what a full"
                    + " collection at its end leaves. After the load and 10 s the picker must hold nothing."
        },
        exitCodeOnInvalidInput = Soak.USAGE,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing grew by more than 10 %% after the first fifth (of a run of 20 minutes and more), no gauge and no object of a request is"
                    + " left, and every end of a request is one that the load explains",
            "1:it is not so, and standard error says what; or something failed",
            "64:the command line is wrong"
        })
final class Soak implements Callable<Integer> {
    static final int USAGE = 64;
    private static final int FAULTY = 1;
    private static final Duration ROW = Duration.ofMinutes(1);
    private static final int LEAST_ROWS = 10;
    private static final Duration SAMPLE = Duration.ofSeconds(10);
    private static final Duration CONTROL = Duration.ofSeconds(4);
    private static final Duration LAST_ENDS = Duration.ofMinutes(2);
    private static final Duration TIDYING = Duration.ofSeconds(10);
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SoakOptions options;

    private long began;

    private Soak() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Soak())
                .registerConverter(Duration.class, SoakOptions::duration)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Closing parts = new Closing()) {
            SoakStage stage = SoakStage.start(options, parts);
            SoakReport report = new SoakReport(spec.commandLine().getOut());
            CpuControl control = new CpuControl(options.cpu(), options.maxRate());
            began = System.nanoTime();
            SoakLoad load = parts.add(SoakLoad.start(stage.envoy(), options.seed(), control.rate()));
            LoadCounts total = new LoadCounts();
            List<SoakPeriod> periods = new ArrayList<>();
            report.header();
            Duration row = options.duration().dividedBy(LEAST_ROWS);
            while (seconds() < options.duration().toSeconds()) {
                SoakPeriod period = period(stage, load, control, total, row.compareTo(ROW) < 0 ? row : ROW);
                periods.add(period);
                report.row(period);
            }
            boolean ended = load.stop(LAST_ENDS);
            total.take(load.counts());
            Thread.sleep(TIDYING);
            SoakEnd end =
                    new SoakEnd(total.endings(), stage.meters(), stage.inFlight(), stage.instances(), stage.log());
            report.summary(periods, end);
            List<String> faults = new ArrayList<>(SoakVerdict.faults(periods, end));
            if (!ended) {
                faults.add("requests without an end " + LAST_ENDS.toSeconds() + " s after the load");
            }
            faults.forEach(fault -> spec.commandLine().getErr().println("Failed: " + fault));
            spec.commandLine().getErr().flush();
            return faults.isEmpty() ? 0 : FAULTY;
        }
    }

    /// The period of a row: the rate follows the CPU every few seconds, the process is read every ten.
    private SoakPeriod period(SoakStage stage, SoakLoad load, CpuControl control, LoadCounts total, Duration row)
            throws IOException, InterruptedException {
        double begin = seconds();
        double cpu = stage.cpuSeconds();
        double controlled = begin;
        double controlledCpu = cpu;
        List<ProcessSample> samples = new ArrayList<>();
        double sampled = begin;
        while (seconds() - begin < row.toMillis() / 1e3) {
            Thread.sleep(100);
            double now = seconds();
            if (now - controlled >= CONTROL.toSeconds()) {
                double used = stage.cpuSeconds();
                control.used((used - controlledCpu) / (now - controlled), load.state());
                load.baseRate(control.rate());
                controlled = now;
                controlledCpu = used;
            }
            if (now - sampled >= Math.min(SAMPLE.toSeconds(), row.toSeconds())) {
                samples.add(new ProcessSample(now, stage.process()));
                sampled = now;
            }
        }
        double cores = (stage.cpuSeconds() - cpu) / (seconds() - begin);
        HeapSample heap = stage.heapSample();
        samples.add(new ProcessSample(seconds(), stage.process()));
        LoadCounts counts = new LoadCounts();
        counts.take(load.counts());
        Ends ends = ends(counts);
        SmallRequestTimes small = new SmallRequestTimes(counts.smallMillis(50), counts.smallMillis(99));
        total.take(counts);
        return new SoakPeriod(seconds(), new PeriodLoad(cores, control.rate(), ends, small), heap, samples);
    }

    private static Ends ends(LoadCounts counts) {
        long complete = counts.ended("complete");
        long refused = counts.ended("429") + counts.ended("preempted in stream");
        long unavailable = counts.ended("503");
        long cut = counts.ended("cut");
        long all = counts.ended("");
        return new Ends(
                complete,
                refused,
                unavailable,
                cut,
                all - complete - refused - unavailable - cut,
                counts.requestsHeldBack());
    }

    private double seconds() {
        return (System.nanoTime() - began) / NANOS_PER_SECOND;
    }
}
