package dev.sluice.lab.run;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The result of one run.
///
/// @param total over all that counts
/// @param stages each stage that counts, in order
/// @param kinds each kind of request that has a name
/// @param fairness among tenants; none where there are no two, or never all had to wait
public record Result(
        Figures total,
        List<Figures> stages,
        SortedMap<String, Figures> kinds,
        Optional<Fairness> fairness,
        Timeline timeline,
        Playback playback) {
    public Result {
        stages = List.copyOf(stages);
        kinds = new TreeMap<>(kinds);
    }

    /// Each second of the run, with a figure for each server.
    ///
    /// @param utilization of each server
    /// @param tokens that each server generated
    public record Timeline(List<float[]> utilization, List<float[]> tokens) {
        public Timeline {
            utilization = List.copyOf(utilization);
            tokens = List.copyOf(tokens);
        }
    }

    /// The size of the run, with what does not count.
    ///
    /// @param arrived all requests
    /// @param ended how many of these ended
    /// @param virtualSeconds how long the run was
    /// @param wallSeconds how long it took
    public record Playback(int arrived, int ended, double virtualSeconds, double wallSeconds) {}
}
