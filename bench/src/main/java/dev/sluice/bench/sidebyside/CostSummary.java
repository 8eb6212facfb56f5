package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.RoundsRange;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The summary of one contender at one work, over all rounds.
///
/// @param ratios to each contender that is compared with, by its name
record CostSummary(
        Work work,
        Arrivals arrivals,
        String contender,
        Map<CostFigure, RoundsRange> figures,
        Map<String, Map<CostFigure, RoundsRange>> ratios,
        long errors) {

    /// Work by work; of each first the peak and then, if there is any, the paced phase.
    static List<CostSummary> of(CostResults results, List<String> contenders, List<String> comparedWith) {
        return Stream.of(Work.values())
                .flatMap(work -> Stream.of(results.of(work, false), results.of(work, true)))
                .filter(phase -> !phase.isEmpty())
                .flatMap(phase -> contenders.stream().map(name -> of(phase, name, comparedWith)))
                .toList();
    }

    boolean isPaced() {
        return arrivals instanceof Arrivals.Poisson;
    }

    Optional<RoundsRange> figure(CostFigure figure) {
        return Optional.ofNullable(figures.get(figure));
    }

    Optional<RoundsRange> ratio(CostFigure figure, String against) {
        return Optional.ofNullable(ratios.getOrDefault(against, Map.of()).get(figure));
    }

    private static CostSummary of(CostResults phase, String contender, List<String> comparedWith) {
        CostResults own = phase.of(contender);
        Map<CostFigure, RoundsRange> figures = new EnumMap<>(CostFigure.class);
        Map<String, Map<CostFigure, RoundsRange>> ratios = new LinkedHashMap<>();
        for (CostFigure figure : CostFigure.values()) {
            own.spread(figure).ifPresent(spread -> figures.put(figure, spread));
            for (String other : comparedWith) {
                own.ratio(figure, phase.of(other))
                        .ifPresent(spread -> ratios.computeIfAbsent(other, _ -> new EnumMap<>(CostFigure.class))
                                .put(figure, spread));
            }
        }
        CostTrial any = phase.turns().getFirst();
        return new CostSummary(any.work(), any.arrivals(), contender, figures, ratios, own.errors());
    }
}
