package dev.sluice.picker.app;

import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.time.Ticker;
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
    static Timers start() {
        return new Timers(
                System::nanoTime,
                InstantSource.system(),
                new WheelTimer(),
                new PreciseTimer(),
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
