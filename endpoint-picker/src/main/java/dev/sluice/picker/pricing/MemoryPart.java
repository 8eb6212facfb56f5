package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.MEMORY_MOST;

/// The wait for KV cache that is not free.
///
/// ```
/// memory = residence · overflow / used, at most twice the residence                            [ms]
/// overflow = used + (starting + 1)·(n−h) + m − capacity                                        [tokens]
/// ```
///
/// Over an answer's time the running requests end and free their KV cache. The tokens that waiting requests and
/// this one lack take their share of that time. Example: 400,000 tokens used, 40,000 too many, answers of 2 s:
/// 200 ms.
final class MemoryPart {
    private MemoryPart() {}

    /// @param cached tokens of the prompt that the endpoint holds
    /// @param residence the mean time of a request in a batch slot [ms]
    static double millis(EndpointLoad load, RequestCost request, double cached, double residence) {
        double used = load.used();
        double fresh = request.prompt() - cached;
        double overflow = used + (load.starting() + 1) * fresh + request.output() - load.capacity();
        if (load.capacity() == 0 || used <= 0 || overflow <= 0) {
            return 0;
        }
        return Math.min(overflow / used, MEMORY_MOST) * residence;
    }
}
