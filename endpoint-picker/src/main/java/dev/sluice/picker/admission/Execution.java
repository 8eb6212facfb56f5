package dev.sluice.picker.admission;

import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import java.util.concurrent.Executor;

/// The time and the threads of admission.
///
/// @param executor runs the callbacks of queued requests, never on the thread that freed the capacity
public record Execution(Ticker ticker, Timer timer, Executor executor) {}
