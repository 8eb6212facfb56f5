package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.workload.Arrival;
import dev.sluice.simulator.engine.BlockHashes;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The llm-d router's weighted scorers, as its published benchmark configured them: queue and KV cache as scraped,
/// and the prefix estimated, or as the engines publish it, or not at all; equal scores draw lots.
final class LlmdScores implements Chooser {
    private static final int PIECE_BYTES = 64;
    private static final int MAX_PIECES = 256;
    private static final int REMEMBERED = 31_250;

    private final double queueWeight;
    private final double cacheWeight;
    private final double prefixWeight;
    private final boolean precise;
    private final BlockMemory memory = new BlockMemory(REMEMBERED);
    private final SplittableRandom random;

    private LlmdScores(double queueWeight, double cacheWeight, double prefixWeight, boolean precise, long seed) {
        this.queueWeight = queueWeight;
        this.cacheWeight = cacheWeight;
        this.prefixWeight = prefixWeight;
        this.precise = precise;
        this.random = new SplittableRandom(seed);
    }

    static LlmdScores estimated(long seed) {
        return new LlmdScores(1, 1, 1, false, seed);
    }

    static LlmdScores precise(long seed) {
        return new LlmdScores(2, 2, 3, true, seed);
    }

    static LlmdScores loadOnly(long seed) {
        return new LlmdScores(1, 1, 0, false, seed);
    }

    @Override
    public int choose(Sight sight, Arrival request) {
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (int server = 0; server < sight.servers(); server++) {
            shortest = Math.min(shortest, sight.gauges(server).waiting());
            longest = Math.max(longest, sight.gauges(server).waiting());
        }
        int minimum = shortest;
        int range = longest - shortest;
        double[] matches = matches(sight, request);
        return sight.least(server -> {
            Gauges gauges = sight.gauges(server);
            double queue = range == 0 ? 1 : 1 - (double) (gauges.waiting() - minimum) / range;
            double score = queueWeight * queue + cacheWeight * (1 - gauges.kvUsage()) + prefixWeight * matches[server];
            return -score - 1e-9 * random.nextDouble();
        });
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        if (estimates()) {
            memory.insert(server, pieces(request));
        }
    }

    /// From 0 to 1: estimated, the share of the prompt; precise, where a server is between the least and the most match
    /// of those that match at all.
    private double[] matches(Sight sight, Arrival request) {
        double[] matches = new double[sight.servers()];
        if (estimates()) {
            long[] pieces = pieces(request);
            Arrays.setAll(matches, server -> (double) memory.match(server, pieces) / Math.max(1, pieces.length));
        } else if (precise) {
            BlockHashes chain = request.prompt().blocks(request.answer());
            int tokens = request.prompt().tokens();
            Arrays.setAll(matches, server -> sight.truth(server).cachedTokens(chain, tokens));
            double least =
                    Arrays.stream(matches).filter(match -> match > 0).min().orElse(0);
            double most = Arrays.stream(matches).max().orElse(0);
            for (int server = 0; server < matches.length; server++) {
                double match = matches[server];
                matches[server] = match == 0 ? 0 : least == most ? 1 : (match - least) / (most - least);
            }
        }
        return matches;
    }

    private boolean estimates() {
        return prefixWeight > 0 && !precise;
    }

    private static long[] pieces(Arrival request) {
        return request.prompt().pieces(PIECE_BYTES, MAX_PIECES);
    }
}
