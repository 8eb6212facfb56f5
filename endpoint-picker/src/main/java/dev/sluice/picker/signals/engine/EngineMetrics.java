package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.signals.validation.Rejection;

/// The reader of one endpoint's metrics pages, each read in pieces.
sealed interface EngineMetrics permits DialectMetrics, DetectedMetrics {
    /// Listener for the times to first token that an engine reports.
    interface FirstTokens {
        /// @param model as the engine names it
        /// @param count of requests whose first token came since the last page
        /// @param nanos each request's time to first token
        void generated(String model, long count, long nanos);

        /// The engine's counters were reset: it has restarted, with an empty cache.
        default void restarted() {}

        /// A number or text of the page was rejected.
        default void rejected(Rejection why) {}
    }

    static EngineMetrics of(Engine engine, FirstTokens firstTokens) {
        return engine == Engine.DETECTED ? new DetectedMetrics(firstTokens) : new DialectMetrics(engine, firstTokens);
    }

    /// The engine whose dialect the pages are in; [Engine#DETECTED] until that is known.
    Engine engine();

    /// The target of the next poll.
    ScrapeTarget target();

    /// The poll gave no page of this engine.
    ///
    /// @param answered whether the server answered with something else
    void failed(boolean answered);

    /// Begins a page, also after one that was cut off.
    void begin();

    /// Reads the next bytes of the page; the caller may overwrite them afterwards.
    ///
    /// @throws IllegalArgumentException when the bytes are no metrics
    void piece(byte[] bytes, int from, int to);

    /// Ends a complete page.
    ///
    /// @throws IllegalArgumentException when the page lacks a family that every engine of this dialect prints
    Signals end(int ownInFlight, long atNanos);

    /// The engine's totals on the last complete page.
    EngineTotals totals();

    /// The number that no step since the engine's start had more tokens than, by the last complete page; NaN
    /// where the engine does not tell.
    double largestStepTokens();

    /// The engines behind the server's one port, by the last complete page: the ranks of a data-parallel group; 1
    /// where it does not tell.
    int ranks();

    /// The name under which the engine serves its base model, by the last complete page; empty where it does
    /// not tell.
    String modelName();
}
