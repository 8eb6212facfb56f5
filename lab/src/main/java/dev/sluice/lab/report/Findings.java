package dev.sluice.lab.report;

import dev.sluice.lab.run.Fairness;
import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Result;
import dev.sluice.lab.run.Trial;
import dev.sluice.lab.workload.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The findings are what trials say about questions that a table does not answer: is every server used, do
/// servers that join get their share, do two pickers work like one, what a Service costs at each load, and
/// are tenants served evenly.
public final class Findings {
    private static final String COST = "cost";
    private static final String REPLICAS = "cost-x2";
    private static final String SERVICE = "service";
    private static final String ROUND_ROBIN = "round-robin";
    /// A curve needs some points.
    private static final int CURVE_STAGES = 5;
    /// Servers that joined must carry their share after so long, for so long.
    private static final int SETTLED_SECONDS = 10;

    private Findings() {}

    /// A paragraph for each workload that such a question can be asked of.
    public static String of(List<Trial> trials) {
        StringBuilder text = new StringBuilder();
        for (String workload :
                trials.stream().map(trial -> trial.workload().name()).distinct().toList()) {
            List<Trial> row = trials.stream()
                    .filter(trial -> trial.workload().name().equals(workload))
                    .toList();
            Stream.of(use(row), joining(row), replicas(row), curve(row), fairness(row))
                    .forEach(text::append);
        }
        return text.toString();
    }

    /// A prefix for everybody must not keep everybody on one server.
    private static String use(List<Trial> row) {
        Workload workload = row.getFirst().workload();
        if (!workload.sharesOnePrefix() || workload.lastJoinSeconds() > 0) {
            return "";
        }
        StringBuilder lines = new StringBuilder();
        double even = figure(find(row, ROUND_ROBIN));
        for (Trial trial : row) {
            double least = trial.results().stream()
                    .mapToDouble(Findings::leastShare)
                    .average()
                    .orElse(0);
            lines.append(String.format(
                    Locale.ROOT,
                    "%s: %s gives the least used server %.2f of an equal share; throughput %.3f of round-robin's%n",
                    workload.name(),
                    trial.contender(),
                    least,
                    trial.figures().fleet().throughput() / even));
        }
        return lines.toString();
    }

    private static double leastShare(Result result) {
        float[] sums = sums(result, 0, result.timeline().tokens().size());
        double total = sum(sums, 0);
        double least =
                IntStream.range(0, sums.length).mapToDouble(i -> sums[i]).min().orElse(0);
        return least / (total / sums.length);
    }

    private static String joining(List<Trial> row) {
        Workload workload = row.getFirst().workload();
        int joins = (int) workload.lastJoinSeconds();
        if (joins == 0) {
            return "";
        }
        int before = workload.firstServers();
        double equal = (double) (workload.servers() - before) / workload.servers();
        StringBuilder lines = new StringBuilder();
        for (Trial trial : row) {
            double share = trial.results().stream()
                    .map(result -> sums(result, joins + SETTLED_SECONDS, joins + 2 * SETTLED_SECONDS))
                    .mapToDouble(sums -> sum(sums, before) / sum(sums, 0))
                    .average()
                    .orElse(0);
            lines.append(String.format(
                    Locale.ROOT,
                    "%s: with %s the servers that joined generate %.2f of an equal share %d to %d s after%n",
                    workload.name(),
                    trial.contender(),
                    share / equal,
                    SETTLED_SECONDS,
                    2 * SETTLED_SECONDS));
        }
        return lines.toString();
    }

    private static String replicas(List<Trial> row) {
        Trial one = find(row, COST);
        Trial two = find(row, REPLICAS);
        if (one == null || two == null) {
            return "";
        }
        double hits = one.figures().fleet().hitRatio();
        return String.format(
                Locale.ROOT,
                "%s: two pickers have %s of one's hit ratio and %.2f times its p90 time to first token%n",
                one.workload().name(),
                hits < 0.01
                        ? "-"
                        : String.format(
                                Locale.ROOT, "%.3f", two.figures().fleet().hitRatio() / hits),
                two.figures().ttft().p90() / one.figures().ttft().p90());
    }

    /// Tenants that all wait get the same.
    private static String fairness(List<Trial> row) {
        StringBuilder lines = new StringBuilder();
        for (Trial trial : row) {
            trial.fairness()
                    .ifPresent(fairness -> lines.append(String.format(
                            Locale.ROOT,
                            "%s: with %s Jain's index is at least %.3f and %.3f in the mean over minutes in which all"
                                    + " tenants wait (%.0f s); the widest gap is %,.0f weighted tokens%n",
                            trial.workload().name(),
                            trial.contender(),
                            fairness.leastJain(),
                            fairness.meanJain(),
                            fairness.seconds(),
                            fairness.gap())));
        }
        return lines.isEmpty()
                ? ""
                : lines.append(bound(row.getFirst().workload())).toString();
    }

    private static String bound(Workload workload) {
        Fairness.GapLimit limit = Fairness.GapLimit.of(workload.fleet());
        return String.format(
                Locale.ROOT,
                "%s: the gap's bound is 2 · (w · M + Q) = %,.0f: an output token weighs w = %.0f, the KV caches hold M ="
                        + " %,d tokens, D2LPM's quantum is Q = %,d%n",
                workload.name(),
                limit.weightedTokens(),
                limit.outputWeight(),
                limit.kvTokens(),
                limit.quantum());
    }

    private static String curve(List<Trial> row) {
        Trial cost = find(row, COST);
        Trial service = find(row, SERVICE);
        if (cost == null || service == null || cost.stages().size() < CURVE_STAGES) {
            return "";
        }
        StringBuilder lines = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: p90 of the time per output token, the wait for the first one included, in ms%n%10s %10s %10s%n",
                cost.workload().name(),
                "req/s",
                COST,
                SERVICE));
        for (int i = 0; i < cost.stages().size(); i++) {
            Figures own = cost.stages().get(i);
            Figures other = service.stages().get(i);
            lines.append(String.format(
                    Locale.ROOT,
                    "%10.0f %10.1f %10.1f   %+.0f %%%n",
                    own.load().rate(),
                    own.tpot().normalizedP90(),
                    other.tpot().normalizedP90(),
                    100 * (own.tpot().normalizedP90() / other.tpot().normalizedP90() - 1)));
        }
        return lines.toString();
    }

    private static double figure(@Nullable Trial trial) {
        return trial == null ? Double.NaN : trial.figures().fleet().throughput();
    }

    private static @Nullable Trial find(List<Trial> row, String contender) {
        return row.stream()
                .filter(trial -> trial.contender().equals(contender))
                .findFirst()
                .orElse(null);
    }

    private static float[] sums(Result result, int from, int to) {
        float[] sums =
                new float[Objects.requireNonNull(result.timeline().tokens().getLast()).length];
        for (int second = from; second < Math.min(to, result.timeline().tokens().size()); second++) {
            float[] row = result.timeline().tokens().get(second);
            for (int i = 0; i < row.length; i++) {
                sums[i] += row[i];
            }
        }
        return sums;
    }

    private static double sum(float[] values, int from) {
        double sum = 0;
        for (int i = from; i < values.length; i++) {
            sum += values[i];
        }
        return sum;
    }
}
