package dev.sluice.picker.app;

import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.model.Supervisor;
import dev.sluice.picker.model.Ticker;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The clocks, the timers and the request threads of a picker.
///
/// @param deadlines of requests, to a tenth of a second
/// @param precise of waits that count in milliseconds
/// @param requests run the callbacks of queued requests
record Timers(Ticker ticker, InstantSource clock, WheelTimer deadlines, PreciseTimer precise, ExecutorService requests)
        implements AutoCloseable {
    /// @param supervisor of what the timers run
    static Timers start(Supervisor supervisor) {
        return new Timers(
                System::nanoTime,
                InstantSource.system(),
                new WheelTimer(supervisor),
                new PreciseTimer(supervisor),
                Executors.newVirtualThreadPerTaskExecutor());
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
