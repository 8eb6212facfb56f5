package dev.sluice.lab.fleet;

import java.util.Set;

/// The gauges of a server's metrics page at one moment.
///
/// @param kvUsage the used share of the KV cache, 0 to 1
public record Gauges(int waiting, int running, double kvUsage, long kvCapacityTokens, LoraGauges lora) {

    /// The adapters of running and of waiting requests.
    ///
    /// @param slots adapters that fit at once, 0 where none is served
    public record LoraGauges(Set<String> running, Set<String> waiting, int slots) {

        /// The gauges of a server that serves no adapter.
        public static final LoraGauges NONE = new LoraGauges(Set.of(), Set.of(), 0);

        public LoraGauges {
            running = Set.copyOf(running);
            waiting = Set.copyOf(waiting);
        }
    }
}
