package dev.sluice.lab.run;

import dev.sluice.simulator.engine.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The service that each tenant got of a fleet, as the VTC paper counts it (arXiv 2401.00588): tokens of
/// prompts, and twice those of answers. Prompt tokens that a cache already had cost nothing, and do not
/// count.
final class Service {
    static final double PER_PROMPT_TOKEN = 1;
    static final double PER_OUTPUT_TOKEN = 2;
    private static final int WINDOW_SECONDS = 60;

    /// A request at a server.
    record Running(String tenant, Sequence sequence) {}

    private record Second(Map<String, Double> got, Set<String> backlogged) {}

    private final Map<String, Double> finished = new TreeMap<>();
    private final List<Second> seconds = new ArrayList<>();

    void finished(String tenant, Sequence sequence) {
        finished.merge(tenant, weight(sequence), Double::sum);
    }

    /// Notes what they have got until now, and who waits.
    ///
    /// @param waiting the tenants of requests that have no server yet
    void look(List<Running> running, List<String> waiting) {
        Map<String, Double> got = new TreeMap<>(finished);
        Set<String> backlogged = new HashSet<>(waiting);
        for (Running each : running) {
            got.merge(each.tenant(), weight(each.sequence()), Double::sum);
            if (each.sequence().generated() == 0) {
                backlogged.add(each.tenant());
            }
        }
        seconds.add(new Second(got, backlogged));
    }

    private static double weight(Sequence sequence) {
        return sequence.generated() == 0
                ? 0
                : PER_PROMPT_TOKEN * (sequence.promptTokens() - sequence.cachedTokens())
                        + PER_OUTPUT_TOKEN * sequence.generated();
    }

    /// Over the times in which every tenant waits; none without two tenants.
    Optional<Fairness> fairness() {
        Set<String> tenants =
                seconds.isEmpty() ? Set.of() : seconds.getLast().got().keySet();
        if (tenants.size() < 2) {
            return Optional.empty();
        }
        List<Double> indices = new ArrayList<>();
        double gap = 0;
        double busy = 0;
        for (int from = 0; from < seconds.size(); from++) {
            int to = from;
            while (to < seconds.size() && seconds.get(to).backlogged().containsAll(tenants)) {
                to++;
            }
            if (to > from) {
                busy += to - from;
                gap = Math.max(gap, gap(seconds.subList(from, to)));
                for (int end = from + WINDOW_SECONDS; end < to; end += WINDOW_SECONDS) {
                    indices.add(jain(seconds.get(end - WINDOW_SECONDS), seconds.get(end), tenants));
                }
                from = to;
            }
        }
        if (indices.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Fairness(
                busy,
                indices.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                indices.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                gap));
    }

    private static double jain(Second begin, Second end, Set<String> tenants) {
        double sum = 0;
        double squares = 0;
        for (String tenant : tenants) {
            double got = end.got().getOrDefault(tenant, 0.0) - begin.got().getOrDefault(tenant, 0.0);
            sum += got;
            squares += got * got;
        }
        return sum * sum / (tenants.size() * squares);
    }

    /// Of any two tenants and any interval: how far the difference of what they got rises from one second to a later.
    private static double gap(List<Second> stretch) {
        List<String> tenants = List.copyOf(stretch.getLast().got().keySet());
        double most = 0;
        for (String one : tenants) {
            for (String other : tenants) {
                double least = Double.POSITIVE_INFINITY;
                for (Second second : stretch) {
                    double ahead =
                            second.got().getOrDefault(one, 0.0) - second.got().getOrDefault(other, 0.0);
                    least = Math.min(least, ahead);
                    most = Math.max(most, ahead - least);
                }
            }
        }
        return most;
    }
}
