package dev.sluice.picker.signals.polling;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.telemetry.SourceMeters;
import java.time.InstantSource;

/// What all polls of exporters and Prometheus servers share.
///
/// @param clock which Prometheus servers date their samples by
public record SourceContext(
        EventLoopThread loop, SourceMeters meters, Ticker ticker, InstantSource clock, EngineNews news) {}
