package dev.sluice.picker.app;

import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.time.Ticker;
import dev.sluice.process.Supervisor;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The clocks, the timers and the request threads of a picker.
///
/// @param deadlines of requests, to a tenth of a second
/// @param precise of waits that count in milliseconds
/// @param requests run the callbacks of queued requests, on threads that keep what placing one needs for the next
record Timers(Ticker ticker, InstantSource clock, WheelTimer deadlines, PreciseTimer precise, ExecutorService requests)
        implements AutoCloseable {
    /// @param supervisor of what the timers run
    static Timers start(Supervisor supervisor) {
        return new Timers(
                System::nanoTime,
                InstantSource.system(),
                new WheelTimer(supervisor),
                new PreciseTimer(supervisor),
                Executors.newFixedThreadPool(
                        Runtime.getRuntime().availableProcessors(),
                        Thread.ofPlatform().daemon().name("admission-", 0).factory()));
    }

    Execution admission() {
        return new Execution(ticker, precise, requests);
    }

    @Override
    public void close() {
        deadlines.close();
        precise.close();
        requests.shutdown();
    }
}
