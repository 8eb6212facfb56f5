package dev.sluice.picker.signals.polling;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.telemetry.Meters;

/// What all polls of endpoints share.
public record PollContext(EventLoopThread loop, Pools pools, Meters meters, Ticker ticker, EngineNews news) {}
