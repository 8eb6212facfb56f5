package dev.sluice.lab.run;

import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.util.List;

/// The load that a fleet carries within the objectives, by bisection; nine requests of ten must keep each of
/// the two.
///
/// @param rate requests per second
/// @param servers of the fleet
/// @param trial the last that kept them
public record Capacity(double rate, int servers, Trial trial) {
    private static final double PRECISION = 0.02;
    private static final int MAX_SERVERS = 1_000;
    /// Requests per second and server below which the search is given up.
    private static final double SLOWEST = 0.05;

    /// The highest steady rate that the workload's fleet carries.
    public static Capacity ofFleet(Workload workload, String contender, Trial.Settings settings)
            throws IOException, InterruptedException {
        double good = workload.servers();
        Trial best = trial(workload.steady(good), contender, settings);
        while (!keeps(best)) {
            good /= 2;
            if (good < SLOWEST * workload.servers()) {
                return new Capacity(2 * good, workload.servers(), best);
            }
            best = trial(workload.steady(good), contender, settings);
        }
        double bad = 2 * good;
        Trial next = trial(workload.steady(bad), contender, settings);
        while (keeps(next)) {
            best = next;
            good = bad;
            bad *= 2;
            next = trial(workload.steady(bad), contender, settings);
        }
        while (bad - good > PRECISION * bad) {
            double middle = (good + bad) / 2;
            next = trial(workload.steady(middle), contender, settings);
            if (keeps(next)) {
                good = middle;
                best = next;
            } else {
                bad = middle;
            }
        }
        return new Capacity(good, workload.servers(), best);
    }

    /// The smallest fleet of the workload's kinds of servers that carries a steady rate.
    public static Capacity ofRate(Workload workload, double rate, String contender, Trial.Settings settings)
            throws IOException, InterruptedException {
        Workload steady = workload.steady(rate);
        int good = steady.fleet().size();
        Trial best = trial(steady.withServers(good), contender, settings);
        int bad = good - 1;
        while (!keeps(best) && good < MAX_SERVERS) {
            bad = good;
            good = Math.min(MAX_SERVERS, 2 * good);
            best = trial(steady.withServers(good), contender, settings);
        }
        while (good - bad > 1) {
            int middle = (good + bad) / 2;
            Trial next = trial(steady.withServers(middle), contender, settings);
            if (keeps(next)) {
                good = middle;
                best = next;
            } else {
                bad = middle;
            }
        }
        return new Capacity(rate, good, best);
    }

    /// The objectives are kept at all.
    public boolean found() {
        return keeps(trial);
    }

    private static boolean keeps(Trial trial) {
        Figures figures = trial.figures();
        return figures.ttft().p90() <= trial.workload().slo().ttftMillis()
                && !(figures.tpot().p90() > trial.workload().slo().tpotMillis());
    }

    private static Trial trial(Workload workload, String contender, Trial.Settings settings)
            throws IOException, InterruptedException {
        return Trial.all(workload, List.of(contender), settings, _ -> {}).getFirst();
    }
}
