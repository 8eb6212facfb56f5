package dev.sluice.lab.run;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What came of one run.
///
/// @param total over all that counts
/// @param stages each stage that counts, in order
/// @param kinds each kind of request that has a name
/// @param fairness among tenants; none where there are no two, or never all had to wait
/// @param utilization of each server in each second of the run
/// @param tokens that each server generated in each second of the run
/// @param arrived all requests, with those that do not count
/// @param ended how many of these ended
/// @param virtualSeconds how long the run was
/// @param wallSeconds how long it took
public record Result(
        Figures total,
        List<Figures> stages,
        SortedMap<String, Figures> kinds,
        Optional<Fairness> fairness,
        List<float[]> utilization,
        List<float[]> tokens,
        int arrived,
        int ended,
        double virtualSeconds,
        double wallSeconds) {
    public Result {
        stages = List.copyOf(stages);
        kinds = new TreeMap<>(kinds);
        utilization = List.copyOf(utilization);
        tokens = List.copyOf(tokens);
    }
}
