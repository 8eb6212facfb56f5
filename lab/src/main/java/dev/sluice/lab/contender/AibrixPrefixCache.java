package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;
import java.util.Comparator;
import java.util.stream.IntStream;

/// AIBrix's prefix-cache policy: the best match among servers not much busier than the others; the least busy one when
/// the fleet is out of balance.
final class AibrixPrefixCache implements Chooser {
    private static final int IMBALANCE = 16;
    private static final double DEVIATIONS = 2;
    private static final int PIECE_BYTES = 128;
    private static final int REMEMBERED = 200_000;

    private final BlockMemory memory = new BlockMemory(REMEMBERED);

    @Override
    public int choose(Sight sight, Arrival request) {
        int least = sight.leastInFlight();
        int most = sight.least(server -> -sight.inFlight(server));
        if (sight.inFlight(most) - sight.inFlight(least) > IMBALANCE) {
            return least;
        }
        long[] pieces = pieces(request);
        double mean = sight.meanInFlight();
        double variance = IntStream.range(0, sight.servers())
                .mapToDouble(server -> Math.pow(sight.inFlight(server) - mean, 2))
                .average()
                .orElse(0);
        double limit = mean + DEVIATIONS * Math.sqrt(variance);
        return IntStream.range(0, sight.servers())
                .filter(server -> sight.inFlight(server) <= limit)
                .boxed()
                .min(Comparator.<Integer>comparingInt(server -> -memory.match(server, pieces))
                        .thenComparingInt(sight::inFlight))
                .orElse(least);
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        memory.insert(server, pieces(request));
    }

    private static long[] pieces(Arrival request) {
        return request.prompt().pieces(PIECE_BYTES, Integer.MAX_VALUE);
    }
}
