package dev.sluice.bench.soak;

import java.util.List;

/// A period is a part of the soak, a minute or a tenth of it, with its figures.
///
/// @param endSeconds since the load began
/// @param heap at its end
record SoakPeriod(double endSeconds, PeriodLoad load, HeapSample heap, List<ProcessSample> samples) {
    SoakPeriod {
        samples = List.copyOf(samples);
    }

    /// The load that went through the picker.
    ///
    /// @param cores the picker's CPU time by the clock's
    /// @param baseRate requests per second of the kinds that follow the picker's CPU
    record PeriodLoad(double cores, double baseRate, Ends ends, SmallRequestTimes small) {}

    /// The ends of requests, as clients saw them.
    record Ends(long complete, long refused, long unavailable, long cut, long others, long heldBack) {}

    /// Milliseconds of small requests.
    record SmallRequestTimes(double p50, double p99) {}

    /// The heap after a full collection, bodies on their way included.
    ///
    /// @param bodiesMib the part of request bodies, which comes and goes
    record HeapSample(double usedMib, double bodiesMib) {
        double withoutBodies() {
            return usedMib - bodiesMib;
        }
    }

    /// A reading within the period.
    record ProcessSample(double seconds, ProcessReading reading) {}

    ProcessReading last() {
        return samples.getLast().reading();
    }
}
