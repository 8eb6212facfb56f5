package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;

/// The cache-aware policy of SGLang's model gateway (1.13): to the best match, or to the smallest tree when nothing
/// matches; to the least loaded when the match has far more in flight than the mean.
final class SglangCacheAware implements Chooser {
    private static final double CACHE_THRESHOLD = 0.3;
    private static final int BALANCE_ABSOLUTE = 64;
    private static final double BALANCE_RELATIVE = 1.5;
    private static final int PIECE_BYTES = 256;
    private static final int TREE_BYTES = 1 << 26;

    private final BlockMemory trees = new BlockMemory(TREE_BYTES / PIECE_BYTES);

    @Override
    public int choose(Sight sight, Arrival request) {
        long[] pieces = pieces(request);
        int matched = sight.least(server -> -trees.match(server, pieces));
        double load = sight.inFlight(matched);
        double mean = sight.meanInFlight();
        if (load > mean + BALANCE_ABSOLUTE && load > mean * BALANCE_RELATIVE) {
            return sight.leastInFlight();
        }
        boolean hit = pieces.length > 0 && trees.match(matched, pieces) > CACHE_THRESHOLD * pieces.length;
        return hit ? matched : sight.least(trees::size);
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        trees.insert(server, pieces(request));
    }

    private static long[] pieces(Arrival request) {
        return request.prompt().pieces(PIECE_BYTES, Integer.MAX_VALUE);
    }
}
