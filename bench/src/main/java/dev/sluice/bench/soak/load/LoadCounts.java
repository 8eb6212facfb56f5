package dev.sluice.bench.soak.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// The counts of requests by their ends, with the times of small ones.
public final class LoadCounts {
    private static final long LONGEST_MICROS = 200_000_000;

    private final Map<RequestKind, Map<String, Long>> endings = new TreeMap<>();
    private final Histogram smallMicros = new Histogram(LONGEST_MICROS, 3);
    private long heldBack;

    synchronized void ended(RequestKind kind, String ending, long micros) {
        endings.computeIfAbsent(kind, _ -> new TreeMap<>()).merge(ending, 1L, Long::sum);
        if (kind == RequestKind.SMALL && ending.equals(SoakAnswer.COMPLETE)) {
            smallMicros.recordValue(Math.min(micros, LONGEST_MICROS));
        }
    }

    synchronized void heldBack() {
        heldBack++;
    }

    /// Adds the counts of another, which goes on from zero.
    public synchronized void take(LoadCounts other) {
        synchronized (other) {
            other.endings.forEach((kind, counts) -> counts.forEach((ending, count) ->
                    endings.computeIfAbsent(kind, _ -> new TreeMap<>()).merge(ending, count, Long::sum)));
            smallMicros.add(other.smallMicros);
            heldBack += other.heldBack;
            other.endings.clear();
            other.smallMicros.reset();
            other.heldBack = 0;
        }
    }

    public synchronized Map<RequestKind, Map<String, Long>> endings() {
        Map<RequestKind, Map<String, Long>> copy = new TreeMap<>();
        endings.forEach((kind, counts) -> copy.put(kind, new TreeMap<>(counts)));
        return copy;
    }

    /// The requests of all kinds that ended so, by the beginning of the name.
    public synchronized long ended(String prefix) {
        return endings.values().stream()
                .flatMap(counts -> counts.entrySet().stream())
                .filter(each -> each.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /// Requests that were not sent, because too many were open.
    public synchronized long requestsHeldBack() {
        return heldBack;
    }

    /// Milliseconds that small requests took that were answered.
    public synchronized double smallMillis(double percentile) {
        return smallMicros.getValueAtPercentile(percentile) / 1e3;
    }
}
