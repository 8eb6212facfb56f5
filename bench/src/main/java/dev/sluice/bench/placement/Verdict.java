package dev.sluice.bench.placement;

import dev.sluice.bench.rig.Markdown;
import java.util.ArrayList;
import java.util.List;

/// The verdict tells what is wrong with a run: what makes it void, and where Sluice's default policy was
/// worse than it may be.
final class Verdict {
    /// The share of a contender's requests that may fail.
    private static final double ERRORS = 0.01;

    private Verdict() {}

    /// The reasons why the run tells nothing.
    ///
    /// @param maxLatenessMs how late the 99th percentile of a turn's requests may be sent
    static List<String> faults(PlacementResults results, List<Contender> contenders, double maxLatenessMs) {
        List<String> faults = new ArrayList<>();
        for (Contender contender : contenders) {
            PlacementResults own = results.of(contender.name());
            own.spread(PlacementFigure.LATENESS_P99)
                    .filter(late -> !(late.max() <= maxLatenessMs))
                    .ifPresent(late -> faults.add(
                            "%s: the client sent requests %s ms late (p99 of a turn, at most %s); give it more of a processor, or send fewer"
                                    .formatted(
                                            contender.name(),
                                            Markdown.number(late.max()),
                                            Markdown.number(maxLatenessMs))));
            if (own.errors() > ERRORS * own.requests()) {
                faults.add("%s: %d of %d requests failed; what went wrong stands under the table"
                        .formatted(contender.name(), own.errors(), own.requests()));
            }
        }
        return faults;
    }

    /// The figures where a Cost contender's median is more than `ratio` times the best other one's.
    static List<String> misses(PlacementResults results, List<Contender> contenders, double ratio) {
        List<String> misses = new ArrayList<>();
        for (Contender contender : contenders) {
            if (!contender.isCost()) {
                continue;
            }
            for (PlacementFigure figure : PlacementResults.JUDGED) {
                results.distance(figure, contender.name(), others(contender, contenders))
                        .filter(distance -> distance.ratio() > ratio)
                        .ifPresent(distance -> misses.add("%s: %s is %s times that of %s, where at most %s is wanted"
                                .formatted(
                                        contender.name(),
                                        figure,
                                        Markdown.number(distance.ratio()),
                                        distance.best(),
                                        Markdown.number(ratio))));
            }
        }
        return misses;
    }

    /// A policy that is cold is not judged by the same one when it is warm.
    static List<String> others(Contender contender, List<Contender> contenders) {
        return contenders.stream()
                .filter(other -> !family(other).equals(family(contender)))
                .map(Contender::name)
                .toList();
    }

    private static String family(Contender contender) {
        return contender instanceof Contender.SluicePolicy policy ? "sluice " + policy.scheduling() : contender.name();
    }
}
