package dev.sluice.lab.contender;

import dev.sluice.lab.workload.Arrival;
import dev.sluice.simulator.engine.Fit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Preble's E2 (arXiv 2407.00023): exploit a server that holds more of the prompt than is missing, else explore by the
/// least of load, eviction and prefill; both in milliseconds by linear fits. Divert from a server with far more load
/// than another. Subtrees are not replicated.
final class PrebleE2 implements Chooser {
    private static final long WINDOW_NANOS = 180_000_000_000L;
    private static final double BALANCE = 2;
    private static final int PIECE_BYTES = 256;
    private static final int PIECE_TOKENS = 60;
    private static final int REMEMBERED = 1 << 18;
    private static final double SHARE = 0.05;

    private final BlockMemory memory = new BlockMemory(REMEMBERED);
    private final List<Recent> recents = new ArrayList<>();
    private double meanOutput = 200;

    /// The work sent to one server within the window.
    private static final class Recent {
        final ArrayDeque<Work> works = new ArrayDeque<>();
        double millis;

        void add(Work work) {
            works.add(work);
            millis += work.millis();
        }

        void expire(long oldest) {
            while (!works.isEmpty() && works.peek().atNanos() < oldest) {
                millis -= works.remove().millis();
            }
        }
    }

    private record Work(long atNanos, double millis) {}

    @Override
    public int choose(Sight sight, Arrival request) {
        while (recents.size() < sight.servers()) {
            recents.add(new Recent());
        }
        recents.forEach(recent -> recent.expire(sight.nowNanos() - WINDOW_NANOS));
        long[] pieces = pieces(request);
        int lightest = sight.least(this::load);
        int heaviest = sight.least(server -> -load(server));
        int most = sight.least(server -> -memory.match(server, pieces));
        int cached = memory.match(most, pieces);
        int chosen = cached > pieces.length - cached
                ? sight.least(
                        server -> memory.match(server, pieces) == cached ? load(server) : Double.POSITIVE_INFINITY)
                : sight.least(
                        server -> load(server) + eviction(sight, server, pieces) + prefill(sight, server, pieces));
        boolean diverts = chosen == heaviest && load(heaviest) > BALANCE * load(lightest);
        return diverts ? lightest : chosen;
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        long[] pieces = pieces(request);
        double millis =
                prefill(sight, server, pieces) + meanOutput * fit(sight, server).d0();
        recents.get(server).add(new Work(sight.nowNanos(), millis));
        memory.insert(server, pieces);
    }

    @Override
    public void ended(Sight sight, Arrival request, int server) {
        meanOutput += SHARE * (request.output().tokens() - meanOutput);
    }

    private double load(int server) {
        return recents.get(server).millis;
    }

    private double prefill(Sight sight, int server, long[] pieces) {
        int missed = pieces.length - memory.match(server, pieces);
        return fit(sight, server).p0() + fit(sight, server).p1() * PIECE_TOKENS * missed;
    }

    /// The cost to compute again what must go, if it is used as often as it was.
    private double eviction(Sight sight, int server, long[] pieces) {
        long capacity = sight.gauges(server).kvCapacityTokens() / PIECE_TOKENS;
        int missed = pieces.length - memory.match(server, pieces);
        int evicted = Math.clamp(memory.size(server) + missed - capacity, 0, missed);
        if (evicted == 0) {
            return 0;
        }
        double requests = Math.max(1, recents.get(server).works.size());
        return memory.usesOfOldest(server, evicted)
                / requests
                * fit(sight, server).p1()
                * PIECE_TOKENS;
    }

    private static Fit fit(Sight sight, int server) {
        return sight.truth(server).config().profile().fit();
    }

    private static long[] pieces(Arrival request) {
        return request.prompt().pieces(PIECE_BYTES, Integer.MAX_VALUE);
    }
}
