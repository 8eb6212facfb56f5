package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// The sight of a design: the last page read of each server, its own requests in flight, the time.
///
/// [#truth] is for those that see more: engines that publish what they cache, and the oracle.
final class Sight {
    private static final Gauges UNREAD = new Gauges(0, 0, 0, 0, Gauges.LoraGauges.NONE);

    private final Agenda agenda;
    private final List<Server> servers = new ArrayList<>();
    private final List<Gauges> gauges = new ArrayList<>();
    private final List<int[]> inFlight = new ArrayList<>();

    Sight(Agenda agenda) {
        this.agenda = agenda;
    }

    void joined(Server server) {
        servers.add(server);
        gauges.add(UNREAD);
        inFlight.add(new int[1]);
    }

    void scraped(int server, Gauges read) {
        gauges.set(server, read);
    }

    void count(int server, int change) {
        inFlight.get(server)[0] += change;
    }

    long nowNanos() {
        return agenda.now();
    }

    int servers() {
        return servers.size();
    }

    Gauges gauges(int server) {
        return gauges.get(server);
    }

    int inFlight(int server) {
        return inFlight.get(server)[0];
    }

    Server truth(int server) {
        return servers.get(server);
    }

    double meanInFlight() {
        return inFlight.stream().mapToInt(each -> each[0]).average().orElse(0);
    }

    int leastInFlight() {
        return least(this::inFlight);
    }

    /// The first server for which the value is least.
    int least(IntToDoubleFunction value) {
        int best = 0;
        double bestValue = Double.POSITIVE_INFINITY;
        for (int server = 0; server < servers.size(); server++) {
            double each = value.applyAsDouble(server);
            if (each < bestValue) {
                best = server;
                bestValue = each;
            }
        }
        return best;
    }
}
