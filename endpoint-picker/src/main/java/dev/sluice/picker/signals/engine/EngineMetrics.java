package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.EngineTotals;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.signals.validation.Rejection;

/// The reader of one endpoint's pages, one page after the other, each in pieces.
sealed interface EngineMetrics permits DialectMetrics, DetectedMetrics {
    /// Told what an engine says of its own times to the first token.
    interface FirstTokens {
        /// @param model as the engine names it
        /// @param count how many generations began since the last page
        /// @param nanos how long each took to begin
        void generated(String model, long count, long nanos);

        /// The engine counts anew: it was started again, with an empty cache.
        default void restarted() {}

        /// Something that the engine says cannot be.
        default void rejected(Rejection why) {}
    }

    static EngineMetrics of(Engine engine, FirstTokens firstTokens) {
        return engine == Engine.DETECTED ? new DetectedMetrics(firstTokens) : new DialectMetrics(engine, firstTokens);
    }

    /// Which one it is; [Engine#DETECTED] until that is known.
    Engine engine();

    /// Where the next page is to be read.
    ScrapeTarget place();

    /// There was no page of its engine.
    ///
    /// @param answered whether there was something else in its place
    void failed(boolean answered);

    /// Begins a page, wherever the last one ended.
    void begin();

    /// Reads the page's next bytes, which are the caller's again afterwards.
    ///
    /// @throws IllegalArgumentException when they are no metrics
    void piece(byte[] bytes, int from, int to);

    /// The page is complete.
    ///
    /// @throws IllegalArgumentException when it lacks what every such engine prints
    Signals end(int ownInFlight, long atNanos);

    /// What the engine had counted when it printed the last complete page.
    EngineTotals totals();
}
