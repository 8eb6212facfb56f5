package dev.sluice.bench.sidebyside;

import org.jspecify.annotations.Nullable;

/// One contender's turn in one round: what was measured, as it was measured.
///
/// @param pickerCpuSeconds what the picker used in the window, or null where there is none
/// @param harnessCpuSeconds what the load and the backends used, which was nobody else's
record CostTrial(
        Work work,
        String contender,
        int round,
        Arrivals arrivals,
        Tally.Window window,
        @Nullable Double pickerCpuSeconds,
        double envoyCpuSeconds,
        double harnessCpuSeconds) {

    boolean isPaced() {
        return arrivals instanceof Arrivals.Poisson;
    }

    double requestsPerSecond() {
        return window.requests() / window.seconds();
    }

    /// Not a number where there is no picker or nothing was answered.
    double pickerCpuMs() {
        return pickerCpuSeconds == null ? Double.NaN : perRequestMs(pickerCpuSeconds);
    }

    double envoyCpuMs() {
        return perRequestMs(envoyCpuSeconds);
    }

    private double perRequestMs(double seconds) {
        return window.requests() == 0 ? Double.NaN : seconds * 1e3 / window.requests();
    }
}
