package dev.sluice.bench.soak.load;

/// The state of the load, as far as its rate depends on it.
public enum LoadState {
    /// Requests are sent in time, and the pool takes them.
    STEADY,
    /// A burst, or the seconds after it, in which requests are refused as they should be.
    BURST,
    /// Without a burst most small requests take more than 200 ms, requests are refused or sent late: the machine or
    /// the servers are at their limit.
    BEHIND
}
