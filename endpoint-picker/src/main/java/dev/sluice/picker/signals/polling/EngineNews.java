package dev.sluice.picker.signals.polling;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EngineTotals;
import java.util.function.Consumer;

/// What readers of signals tell others of engines, each on its own thread.
public interface EngineNews {
    /// An endpoint's engine was started again.
    default void restarted(Endpoint endpoint) {}

    /// An endpoint's engine has said how it is.
    default void heard(Endpoint endpoint) {}

    /// What was last heard of an endpoint's engine has become too old to be used.
    default void silent(Endpoint endpoint) {}

    /// Who is told what the endpoint's engine has counted, page by page, for as long as the endpoint is followed.
    default Consumer<EngineTotals> counts(Endpoint endpoint) {
        return _ -> {};
    }
}
