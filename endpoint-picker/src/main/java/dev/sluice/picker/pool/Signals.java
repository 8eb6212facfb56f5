package dev.sluice.picker.pool;

/// What an engine last said about itself.
///
/// @param waiting requests in its queue
/// @param running requests in its batch
/// @param kvUsage the used share of its KV cache, 0 to 1
/// @param kvCapacityTokens the size of its KV cache in tokens, 0 when it did not say
/// @param adapters the LoRA adapters it holds
/// @param ownInFlight how many of this picker's requests were at the endpoint when this was read
/// @param atNanos when it was read, by the ticker
public record Signals(
        int waiting,
        int running,
        double kvUsage,
        long kvCapacityTokens,
        Adapters adapters,
        int ownInFlight,
        long atNanos) {

    /// Requests in the engine's queue that this picker did not send: from another replica, or from past the gateway.
    public int foreignWaiting() {
        return Math.min(waiting, foreign());
    }

    /// Requests in the engine that this picker did not send.
    public int foreign() {
        return Math.max(0, waiting + running - ownInFlight);
    }

    /// Whether requests that are there use the adapter. An idle engine's labels may be those of long ago.
    boolean uses(String adapter) {
        return waiting + running > 0
                && (adapters.running().contains(adapter) || adapters.waiting().contains(adapter));
    }
}
