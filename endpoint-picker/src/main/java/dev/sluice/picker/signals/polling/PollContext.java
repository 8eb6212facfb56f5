package dev.sluice.picker.signals.polling;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;

/// Collaborators of all polls of endpoints.
public record PollContext(EventLoopThread loop, Pools pools, Meters meters, Ticker ticker, EngineListener listener) {}
