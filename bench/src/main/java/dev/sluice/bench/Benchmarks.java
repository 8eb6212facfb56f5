package dev.sluice.bench;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// The command `bin/bench`: JMH with the allocation of each benchmark, and what saturation costs in multiples of the
/// unsaturated path.
public final class Benchmarks {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        if (isQuestion(new CommandLineOptions(args))) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        String report = saturation(run(args));
        if (report != null) {
            System.out.println(report);
        }
    }

    private static boolean isQuestion(CommandLineOptions options) {
        return options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats();
    }

    private static Collection<RunResult> run(String[] args) throws RunnerException, CommandLineOptionException {
        CommandLineOptions given = new CommandLineOptions(args);
        boolean counted =
                given.getProfilers().stream().anyMatch(each -> each.getKlass().equals("gc"));
        Options options = counted
                ? given
                : new OptionsBuilder()
                        .parent(given)
                        .addProfiler(GCProfiler.class)
                        .build();
        return new Runner(options).run();
    }

    /// The costs of the two paths of [SaturatedAdmissionBench]; null where they were not both run.
    private static @Nullable String saturation(Collection<RunResult> results) {
        RunResult saturated = find(results, "saturated", Mode.Throughput);
        RunResult unsaturated = find(results, "unsaturated", Mode.Throughput);
        RunResult times = find(results, "saturated", Mode.SampleTime);
        if (saturated == null || unsaturated == null || times == null) {
            return null;
        }
        double perSecond = saturated.getPrimaryResult().getScore() * 1_000;
        double ratio = unsaturated.getPrimaryResult().getScore()
                / saturated.getPrimaryResult().getScore();
        return String.format(
                Locale.ROOT,
                """

                Saturated pool, %,d endpoints, %,d tenants waiting:
                %,.0f admissions/s, p99 of a dispatch %.4f ms, %.0f B each;
                %.1f × the time of the unsaturated path, which allocates %.0f B""",
                AdmissionLoad.ENDPOINTS,
                AdmissionLoad.TENANTS,
                perSecond,
                times.getPrimaryResult().getStatistics().getPercentile(99),
                bytes(saturated),
                ratio,
                bytes(unsaturated));
    }

    private static @Nullable RunResult find(Collection<RunResult> results, String method, Mode mode) {
        String name = SaturatedAdmissionBench.class.getName() + "." + method;
        return results.stream()
                .filter(each -> each.getParams().getBenchmark().equals(name)
                        && each.getParams().getMode() == mode)
                .findFirst()
                .orElse(null);
    }

    private static double bytes(RunResult run) {
        Result<?> allocated = run.getSecondaryResults().get(ALLOCATION);
        return allocated == null ? Double.NaN : allocated.getScore();
    }
}
