package dev.sluice.bench.sidebyside;

import java.util.concurrent.TimeUnit;

/// The schedule tells how long what is measured, in seconds.
///
/// @param firstWarmUp of a contender's first turn at a work: its code is compiled then
/// @param warmUp of the others
/// @param window what is measured of each
record Schedule(int rounds, double firstWarmUp, double warmUp, double window) {

    void awaitWarmUp(boolean first) throws InterruptedException {
        sleep(first ? firstWarmUp : warmUp);
    }

    void awaitWindow() throws InterruptedException {
        sleep(window);
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.round(seconds * TimeUnit.SECONDS.toNanos(1)));
    }
}
