package dev.sluice.standalone.demo;

import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.ServerStats;
import java.time.Duration;
import java.util.List;

/// The counts of a fleet's servers, all together.
record FleetUse(int servers, long prefixQueries, long prefixHits, double busySeconds) {

    static FleetUse of(Fleet fleet) {
        List<ServerStats> stats =
                fleet.servers().stream().map(ModelServer::stats).toList();
        return new FleetUse(
                stats.size(),
                stats.stream()
                        .mapToLong(each -> each.engine().prefixCache().queries())
                        .sum(),
                stats.stream()
                        .mapToLong(each -> each.engine().prefixCache().hits())
                        .sum(),
                stats.stream().mapToDouble(ServerStats::busySeconds).sum());
    }

    FleetUse since(FleetUse earlier) {
        return new FleetUse(
                servers,
                prefixQueries - earlier.prefixQueries,
                prefixHits - earlier.prefixHits,
                busySeconds - earlier.busySeconds);
    }

    double prefixHitRatio() {
        return prefixQueries == 0 ? 0 : prefixHits / (double) prefixQueries;
    }

    double utilisation(Duration elapsed) {
        return busySeconds / (elapsed.toNanos() * 1e-9 * servers);
    }
}
