package dev.sluice.bench.sidebyside;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/// The turn of one contender in one round: what was measured, as it was measured.
record CostTrial(
        Work work,
        String contender,
        int round,
        Arrivals arrivals,
        Tally.Window window,
        @JsonUnwrapped CpuTimes cpu) {

    /// The CPU time of each process in the window.
    ///
    /// @param pickerCpuSeconds null where there is no picker
    /// @param harnessCpuSeconds what the load and the backends used, which was nobody else's
    record CpuTimes(@Nullable Double pickerCpuSeconds, double envoyCpuSeconds, double harnessCpuSeconds) {}

    boolean isPaced() {
        return arrivals instanceof Arrivals.Poisson;
    }

    double requestsPerSecond() {
        return window.requests() / window.seconds();
    }

    /// Not a number where there is no picker or nothing was answered.
    double pickerCpuMs() {
        return cpu.pickerCpuSeconds() == null ? Double.NaN : perRequestMs(cpu.pickerCpuSeconds());
    }

    double envoyCpuMs() {
        return perRequestMs(cpu.envoyCpuSeconds());
    }

    private double perRequestMs(double seconds) {
        return window.requests() == 0 ? Double.NaN : seconds * 1e3 / window.requests();
    }
}
