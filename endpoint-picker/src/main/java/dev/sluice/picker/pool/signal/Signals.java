package dev.sluice.picker.pool.signal;

/// The last signals of an engine. Whatever it prints, the numbers can be computed with: impossible ones are
/// sorted out where they are read.
///
/// @param waiting requests in its queue
/// @param running requests in its batch
/// @param adapters the LoRA adapters it holds
/// @param ownInFlight how many of this picker's requests were at the endpoint when this was read
/// @param atNanos when it was read, by the ticker
public record Signals(int waiting, int running, KvCache kvCache, Adapters adapters, int ownInFlight, long atNanos) {
    /// No engine has more in its queue or its batch, and two such numbers add up.
    public static final int MOST_REQUESTS = 10_000_000;

    public Signals {
        require(waiting >= 0 && waiting <= MOST_REQUESTS, "waiting", waiting);
        require(running >= 0 && running <= MOST_REQUESTS, "running", running);
        require(ownInFlight >= 0, "own requests", ownInFlight);
    }

    static void require(boolean holds, String what, double value) {
        if (!holds) {
            throw new IllegalArgumentException(what + " cannot be " + value);
        }
    }

    /// Requests in the engine's queue that this picker did not send: from another replica, or from past the gateway.
    public int waitingFromOthers() {
        return Math.min(waiting, requestsFromOthers());
    }

    /// Requests in the engine that this picker did not send.
    public int requestsFromOthers() {
        return Math.max(0, waiting + running - ownInFlight);
    }

    /// Requests that are there use the adapter. An idle engine's labels may be those of long ago.
    public boolean uses(String adapter) {
        return waiting + running > 0
                && (adapters.running().contains(adapter) || adapters.waiting().contains(adapter));
    }
}
