package dev.sluice.picker;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/// Whether what three threads see of an object is what they could see if one after the other used it, by Lincheck.
public final class Linearizability {
    private static final int THREADS = 3;
    private static final int CALLS = 2;

    private Linearizability() {}

    /// In all interleavings of a few calls, as far as time allows.
    public static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(300)
                .threads(THREADS)
                .actorsPerThread(CALLS)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(operations);
    }

    /// On real threads, for objects of which Lincheck cannot replay an interleaving.
    public static void stress(Class<?> operations) {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(200)
                .threads(THREADS)
                .actorsPerThread(CALLS)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(operations);
    }
}
