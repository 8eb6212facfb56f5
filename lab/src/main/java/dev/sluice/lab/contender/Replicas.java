package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.workload.Arrival;
import java.util.List;
import java.util.SplittableRandom;

/// Several pickers before one fleet, as behind a Service: each sees an equal part of the requests, drawn at random, and
/// has its own memory of prefixes, rates and work in flight.
final class Replicas implements Contender {
    private final List<Contender> pickers;
    private final SplittableRandom random;

    Replicas(List<Contender> pickers, long seed) {
        this.pickers = List.copyOf(pickers);
        this.random = new SplittableRandom(seed);
    }

    @Override
    public List<Contender> pickers() {
        return pickers;
    }

    @Override
    public void joined(Server server) {
        pickers.forEach(picker -> picker.joined(server));
    }

    @Override
    public void scraped(int server, Gauges gauges) {
        throw new IllegalStateException("each picker reads for itself");
    }

    @Override
    public void submit(Arrival request, Verdict verdict) {
        pickers.get(random.nextInt(pickers.size())).submit(request, verdict);
    }
}
