package dev.sluice.picker.signals.polling;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.telemetry.SourceMeters;
import dev.sluice.picker.time.Ticker;
import java.time.InstantSource;

/// Collaborators of all polls of exporters and Prometheus servers.
///
/// @param clock the wall clock, because Prometheus servers date their samples
public record SourceContext(
        EventLoopThread loop, SourceMeters meters, Ticker ticker, InstantSource clock, EngineListener listener) {}
