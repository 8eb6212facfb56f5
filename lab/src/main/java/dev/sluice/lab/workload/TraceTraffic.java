package dev.sluice.lab.workload;

import dev.sluice.lab.workload.TraceFile.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/// A recorded trace, played at its speed. The seed moves nothing in it but the numbers of the texts.
final class TraceTraffic implements Traffic {
    private static final double NANOS_PER_SECOND = 1e9;
    /// A trace counts in whole milliseconds or so; requests of one moment are told apart by this much.
    private static final long NEVER_SHARED = 1L << 40;

    private final TraceSpec spec;
    private final List<Recorded> recorded;
    private final long seed;
    private final Sender sender;
    private int next;
    private int number;

    TraceTraffic(TraceSpec spec, List<Recorded> recorded, Sender sender, long seed) {
        this.spec = spec;
        this.recorded = recorded;
        this.seed = seed;
        this.sender = sender;
        while (next < recorded.size() && seconds(next) < spec.fromSeconds()) {
            next++;
        }
    }

    @Override
    public boolean hasNext() {
        return next < recorded.size()
                && number < spec.cut().requests()
                && seconds(next) < spec.fromSeconds() + spec.seconds();
    }

    @Override
    public Arrival next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Recorded request = recorded.get(next);
        long at = (long) ((seconds(next) - spec.fromSeconds()) / spec.speed() * NANOS_PER_SECOND);
        next++;
        return new Arrival(
                number++,
                new Arrival.ArrivalTime(0, at),
                prompt(request),
                new Arrival.Output(spec.cut().outputTokens(request.outputTokens()), 0),
                null,
                sender);
    }

    @Override
    public boolean counts(Arrival arrival) {
        return arrival.time().atNanos() >= spec.warmUpSeconds() * NANOS_PER_SECOND;
    }

    private double seconds(int index) {
        return recorded.get(index).atNanos() / NANOS_PER_SECOND;
    }

    private Prompt prompt(Recorded request) {
        List<Integer> blocks = request.blocks();
        int size = spec.cut().promptTokens(request.inputTokens());
        if (blocks.isEmpty()) {
            return new Prompt(List.of(new Segment(Mix.of(seed, NEVER_SHARED + number), size)));
        }
        List<Segment> segments = new ArrayList<>(blocks.size());
        int begin = 0;
        for (int i = 0; i < blocks.size() && begin < size; i++) {
            int whole = spec.cut().scaled((i + 1) * Recorded.BLOCK_TOKENS);
            int end = i == blocks.size() - 1 ? size : Math.min(size, whole);
            if (end > begin) {
                segments.add(new Segment(Mix.of(seed, blocks.get(i)), end - begin));
                begin = end;
            }
        }
        return new Prompt(segments);
    }
}
