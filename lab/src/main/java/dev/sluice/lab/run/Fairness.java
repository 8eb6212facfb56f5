package dev.sluice.lab.run;

import dev.sluice.lab.fleet.ServerGroup;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.simulator.engine.EngineConfig;
import java.util.List;

/// The fairness tells how evenly tenants were served while all of them had requests waiting.
///
/// @param seconds in which all had
/// @param leastJain the least of Jain's indices over windows of a minute in which all had: 1 when all got the same
/// @param meanJain their mean
/// @param gap the most that one tenant got more than another in any interval in which all had requests waiting, in
///     weighted tokens
public record Fairness(double seconds, double leastJain, double meanJain, double gap) {

    /// The width that the gap can have in theory, with what that is made of.
    ///
    /// @param weightedTokens 2 · (w · M + Q): VTC's 2 · w · M (arXiv 2401.00588), and twice what D2LPM's
    ///     quantum (arXiv 2501.14312) lets a tenant be ahead
    /// @param outputWeight w, of a token of an answer
    /// @param kvTokens M, in the KV caches of all servers
    /// @param quantum Q, what a tenant may be served before its turn, in weighted tokens
    public record GapLimit(double weightedTokens, double outputWeight, long kvTokens, long quantum) {
        public static GapLimit of(List<ServerGroup> fleet) {
            long kvTokens = fleet.stream()
                    .mapToLong(group -> (long) group.count() * group.engine().kvBlocks() * EngineConfig.BLOCK_TOKENS)
                    .sum();
            long quantum = AdmissionControl.QUANTUM;
            double bound = 2 * (Service.PER_OUTPUT_TOKEN * kvTokens + quantum);
            return new GapLimit(bound, Service.PER_OUTPUT_TOKEN, kvTokens, quantum);
        }
    }

    /// The worst and the mean over seeds.
    public static Fairness over(List<Fairness> all) {
        return new Fairness(
                all.stream().mapToDouble(Fairness::seconds).average().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::leastJain).min().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::meanJain).average().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::gap).max().orElse(Double.NaN));
    }
}
