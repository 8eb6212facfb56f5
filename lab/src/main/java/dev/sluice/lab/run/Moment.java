package dev.sluice.lab.run;

import dev.sluice.lab.fleet.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The counters of a fleet at one moment.
///
/// @param tokens that each server has generated
/// @param kinds tokens that were generated for each kind of request that has a name
record Moment(long nanos, List<Long> tokens, List<Double> busySeconds, Map<String, Long> kinds) {
    private static final double NANOS_PER_SECOND = 1e9;

    static Moment of(long now, List<Server> servers, Map<String, Long> kinds) {
        List<Long> tokens = new ArrayList<>(servers.size());
        List<Double> busy = new ArrayList<>(servers.size());
        for (Server server : servers) {
            tokens.add(server.stats().generatedTokens());
            busy.add(server.busyNanos() / NANOS_PER_SECOND);
        }
        return new Moment(now, tokens, busy, kinds);
    }

    double seconds() {
        return nanos / NANOS_PER_SECOND;
    }

    /// Tokens that each server generated until a later moment.
    float[] tokensUntil(Moment later) {
        float[] generated = new float[later.tokens().size()];
        for (int i = 0; i < generated.length; i++) {
            generated[i] = later.tokens().get(i) - (i < tokens.size() ? tokens.get(i) : 0);
        }
        return generated;
    }

    /// From here to a later moment. Servers that joined meanwhile count from their beginning.
    FleetUse until(Moment later, double arrivalSeconds) {
        List<Double> busy = new ArrayList<>(later.busySeconds());
        for (int i = 0; i < busySeconds.size(); i++) {
            busy.set(i, busy.get(i) - busySeconds.get(i));
        }
        return new FleetUse(later.seconds() - seconds(), arrivalSeconds, sum(later.tokens()) - sum(tokens), busy);
    }

    /// The same for what the servers did for one kind of request.
    FleetUse until(Moment later, double arrivalSeconds, String kind) {
        long generated = later.kinds().getOrDefault(kind, 0L) - kinds.getOrDefault(kind, 0L);
        return until(later, arrivalSeconds).withTokens(generated);
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
