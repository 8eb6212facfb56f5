package dev.sluice.bench.sidebyside;

/// The times when requests are sent.
sealed interface Arrivals {
    /// Each connection sends its next request when it has its answer: the load is as high as the gateway is fast.
    record Closed() implements Arrivals {
        @Override
        public String toString() {
            return "as fast as answers come";
        }
    }

    /// At random times of a fixed mean rate, whatever the gateway does; latency begins when a request was due.
    record Poisson(double perSecond) implements Arrivals {
        @Override
        public String toString() {
            return "open loop, %.0f requests/s".formatted(perSecond);
        }
    }
}
