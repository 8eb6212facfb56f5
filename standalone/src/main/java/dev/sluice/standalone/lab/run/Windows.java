package dev.sluice.standalone.lab.run;

import dev.sluice.standalone.lab.fleet.Server;
import java.util.ArrayList;
import java.util.List;

/// The parts of a run that are told apart: its stages, and what is warm-up.
final class Windows {
    private final List<Window> all = new ArrayList<>();

    /// One part: its requests, and what the fleet did from its first arrival until the next part's.
    static final class Window {
        final Samples samples = new Samples();
        private final int stage;
        private final boolean counts;
        private final Moment begin;
        private long lastArrival;
        private Moment end;

        Window(int stage, boolean counts, Moment begin) {
            this.stage = stage;
            this.counts = counts;
            this.begin = begin;
            this.end = begin;
            this.lastArrival = begin.nanos();
        }

        FleetUse use() {
            return begin.until(end, arrivalSeconds());
        }

        double arrivalSeconds() {
            return Math.max(1e-9, (lastArrival - begin.nanos()) / 1e9);
        }
    }

    /// The window of a request that arrives now.
    Window at(int stage, boolean counts, long now, List<Server> servers) {
        Window last = all.isEmpty() ? null : all.getLast();
        if (last == null || last.stage != stage || last.counts != counts) {
            Moment moment = Moment.of(now, servers);
            if (last != null) {
                last.end = moment;
            }
            last = new Window(stage, counts, moment);
            all.add(last);
        }
        last.lastArrival = now;
        return last;
    }

    void close(long now, List<Server> servers) {
        all.getLast().end = Moment.of(now, servers);
    }

    List<Figures> stages() {
        return counted().stream()
                .map(window -> window.samples.figures(window.use()))
                .toList();
    }

    Figures total() {
        List<Window> counted = counted();
        if (counted.isEmpty()) {
            throw new IllegalStateException("no request counts: the warm-up is all there is");
        }
        Samples samples = new Samples();
        double arrivalSeconds = 0;
        for (Window window : counted) {
            samples.addAll(window.samples);
            arrivalSeconds += window.arrivalSeconds();
        }
        return samples.figures(counted.getFirst().begin.until(counted.getLast().end, arrivalSeconds));
    }

    private List<Window> counted() {
        return all.stream()
                .filter(window -> window.counts && window.samples.size() > 0)
                .toList();
    }
}
