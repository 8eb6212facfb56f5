package dev.sluice.standalone.lab.run;

import java.util.List;

/// How evenly tenants were served while all of them had requests waiting.
///
/// @param seconds in which all had
/// @param leastJain the least of Jain's indices over windows of a minute in which all had: 1 when all got the same
/// @param meanJain their mean
/// @param gap the most that one tenant got more than another in any interval in which all had requests waiting, in
///     weighted tokens
public record Fairness(double seconds, double leastJain, double meanJain, double gap) {

    /// The worst and the mean over seeds.
    public static Fairness over(List<Fairness> all) {
        return new Fairness(
                all.stream().mapToDouble(Fairness::seconds).average().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::leastJain).min().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::meanJain).average().orElse(Double.NaN),
                all.stream().mapToDouble(Fairness::gap).max().orElse(Double.NaN));
    }
}
