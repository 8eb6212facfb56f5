package dev.sluice.picker.signals.polling;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.EngineTotals;
import java.util.function.Consumer;

/// The listener to pollers of signals. Each poller calls it on its own thread.
public interface EngineListener {
    /// The endpoint's engine has restarted, with an empty cache.
    default void restarted(Endpoint endpoint) {}

    /// The endpoint has new signals.
    default void reported(Endpoint endpoint) {}

    /// The endpoint's signals have expired.
    default void expired(Endpoint endpoint) {}

    /// The consumer of the engine's totals on each page, for as long as the endpoint is polled.
    default Consumer<EngineTotals> totals(Endpoint endpoint) {
        return _ -> {};
    }
}
