package dev.sluice.standalone.lab.run;

import dev.sluice.standalone.lab.fleet.Server;
import java.util.List;

/// The counters of a fleet at one moment.
record Moment(long nanos, long tokens, double[] busySeconds) {
    private static final double NANOS_PER_SECOND = 1e9;

    static Moment of(long now, List<Server> servers) {
        long tokens = 0;
        double[] busy = new double[servers.size()];
        for (Server server : servers) {
            tokens += server.stats().generatedTokens();
            busy[server.number()] = server.busyNanos() / NANOS_PER_SECOND;
        }
        return new Moment(now, tokens, busy);
    }

    double seconds() {
        return nanos / NANOS_PER_SECOND;
    }

    /// From here to a later moment. Servers that joined meanwhile count from their beginning.
    FleetUse until(Moment later, double arrivalSeconds) {
        double[] busy = later.busySeconds().clone();
        for (int i = 0; i < busySeconds.length; i++) {
            busy[i] -= busySeconds[i];
        }
        return new FleetUse(later.seconds() - seconds(), arrivalSeconds, later.tokens() - tokens, busy);
    }
}
