package dev.sluice.lab.run;

import dev.sluice.lab.workload.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The parts of a run that are told apart: its stages, and what is warm-up.
final class Windows {
    private final List<Window> all = new ArrayList<>();

    /// A part: its requests, and what the fleet did from its first arrival until the next part's.
    static final class Window {
        final Samples samples = new Samples();
        private final Map<String, Samples> kinds = new TreeMap<>();
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

        /// The samples that a request counts in: the window's, and its kind's where kinds have names.
        Samples[] samples(Arrival request) {
            String kind = request.sender().kind();
            return kind.isEmpty()
                    ? new Samples[] {samples}
                    : new Samples[] {samples, kinds.computeIfAbsent(kind, _ -> new Samples())};
        }

        FleetUse use() {
            return begin.until(end, arrivalSeconds());
        }

        double arrivalSeconds() {
            return Math.max(1e-9, (lastArrival - begin.nanos()) / 1e9);
        }
    }

    /// The window of a request that arrives now.
    Window at(int stage, boolean counts, long now, Supplier<Moment> fleet) {
        Window last = all.isEmpty() ? null : all.getLast();
        if (last == null || last.stage != stage || last.counts != counts) {
            Moment moment = fleet.get();
            if (last != null) {
                last.end = moment;
            }
            last = new Window(stage, counts, moment);
            all.add(last);
        }
        last.lastArrival = now;
        return last;
    }

    /// The last request that came is no warm-up.
    boolean isCounting() {
        return !all.isEmpty() && all.getLast().counts;
    }

    void close(Moment end) {
        all.getLast().end = end;
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

    /// Each kind that has a name, over all that counts.
    SortedMap<String, Figures> kinds() {
        SortedMap<String, Samples> samples = new TreeMap<>();
        double arrivalSeconds = 0;
        List<Window> counted = counted();
        for (Window window : counted) {
            window.kinds.forEach((kind, own) ->
                    samples.computeIfAbsent(kind, _ -> new Samples()).addAll(own));
            arrivalSeconds += window.arrivalSeconds();
        }
        SortedMap<String, Figures> figures = new TreeMap<>();
        Moment begin = counted.getFirst().begin;
        Moment end = counted.getLast().end;
        for (Map.Entry<String, Samples> own : samples.entrySet()) {
            FleetUse use = begin.until(end, arrivalSeconds, own.getKey());
            figures.put(own.getKey(), own.getValue().figures(use));
        }
        return figures;
    }

    private List<Window> counted() {
        return all.stream()
                .filter(window -> window.counts && window.samples.size() > 0)
                .toList();
    }
}
