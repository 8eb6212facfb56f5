package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.workload.Arrival;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.Fit;
import java.util.HashMap;
import java.util.Map;

/// The bound: prices a placement as Sluice does, but knows the engines' true speeds and caches, each answer's length,
/// and the state of every server at this moment; and it charges for the cached prefixes that must go, which somebody
/// will have to compute again. What waits for a prefix's holder is cheaper than a second copy of it once caches are
/// full.
final class Oracle implements Chooser {
    private static final double DECODE_WEIGHT = 0.1;
    /// Requests that would have found what is evicted for one, if all find all of their prompts.
    private static final double LOSS = 30;
    private static final double CROWDING_WEIGHT = 0.02;
    private static final double BUSY_PERIOD = 16;
    private static final double NANOS_PER_MILLI = 1e6;

    /// Prompt tokens so far, and how many of them were cached where they went.
    private double asked = 1;

    private double found;
    private final Map<Integer, PendingWork> pending = new HashMap<>();
    private final Map<Integer, Load> loads = new HashMap<>();

    /// A request without its first token, and its true prefill.
    private record PendingWork(double millis) {}

    /// The load of one server.
    private static final class Load {
        int prefills;
        double prefillMillis;
        int requests;
        double contextTokens;
    }

    @Override
    public int choose(Sight sight, Arrival request) {
        return sight.least(server -> price(sight.truth(server), load(server), request, sight.nowNanos()));
    }

    private double price(Server server, Load load, Arrival request, long now) {
        EngineConfig config = server.config();
        Fit fit = config.profile().fit();
        double host = config.hostOverhead().toNanos() / NANOS_PER_MILLI;
        EngineStats stats = server.stats();
        double prefill = prefill(server, request);
        double step = host + fit.decodeMillis(load.requests, (long) load.contextTokens) * server.slowness();
        double tokens = request.prompt().tokens();
        double marginal = (fit.d1() + fit.d2() * tokens / 1e3) * server.slowness();
        double output = request.output().tokens();
        double queue = (server.freeAt() - now) / NANOS_PER_MILLI
                + load.prefillMillis
                + load.prefills * (load.requests > load.prefills ? step : host);
        double crowding = Math.min(CROWDING_WEIGHT * load.requests * (prefill + output * marginal), prefill + step);
        double free = (double) stats.blocks().free() * EngineConfig.BLOCK_TOKENS;
        double needed = tokens - cached(server, request) + output;
        double overflow = Math.max(0, needed - free);
        double memory = load.contextTokens == 0 ? 0 : Math.min(2, overflow / load.contextTokens) * output / 2 * step;
        double waiting = Math.max(load.prefills - 1, stats.waiting());
        return queue
                + prefill
                + memory
                + LOSS * found / asked * fit.p1() * Math.max(0, needed - server.emptyTokens())
                + DECODE_WEIGHT * output * (step + marginal)
                + crowding
                + BUSY_PERIOD * Math.max(0, waiting) * prefill;
    }

    @Override
    public void placed(Sight sight, Arrival request, int server) {
        Load load = load(server);
        double millis = prefill(sight.truth(server), request);
        pending.put(request.number(), new PendingWork(millis));
        asked += request.prompt().tokens();
        found += cached(sight.truth(server), request);
        load.prefills++;
        load.prefillMillis += millis;
        load.requests++;
        load.contextTokens += request.prompt().tokens() + request.output().tokens() / 2.0;
    }

    @Override
    public void firstToken(Sight sight, Arrival request, int server) {
        PendingWork done = pending.remove(request.number());
        Load load = load(server);
        load.prefills--;
        load.prefillMillis -= done == null ? 0 : done.millis();
    }

    @Override
    public void ended(Sight sight, Arrival request, int server) {
        Load load = load(server);
        load.requests--;
        load.contextTokens -= request.prompt().tokens() + request.output().tokens() / 2.0;
    }

    private Load load(int server) {
        return loads.computeIfAbsent(server, _ -> new Load());
    }

    private static double prefill(Server server, Arrival request) {
        Fit fit = server.config().profile().fit();
        return fit.prefillMillis(request.prompt().tokens(), cached(server, request)) * server.slowness();
    }

    private static int cached(Server server, Arrival request) {
        return server.cachedTokens(
                request.prompt().blocks(request.answer()), request.prompt().tokens());
    }
}
