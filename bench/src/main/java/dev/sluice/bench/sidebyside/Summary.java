package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.Spread;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What one contender came to at one work, over all rounds.
///
/// @param ratios to each contender that is compared with, by its name
record Summary(
        Work work,
        Arrivals arrivals,
        String contender,
        Map<Figure, Spread> figures,
        Map<String, Map<Figure, Spread>> ratios,
        long errors) {

    /// Work by work; of each first the peak and then, if there is any, the paced phase.
    static List<Summary> of(Results results, List<String> contenders, List<String> comparedWith) {
        return Stream.of(Work.values())
                .flatMap(work -> Stream.of(results.of(work, false), results.of(work, true)))
                .filter(phase -> !phase.isEmpty())
                .flatMap(phase -> contenders.stream().map(name -> of(phase, name, comparedWith)))
                .toList();
    }

    boolean isPaced() {
        return arrivals instanceof Arrivals.Poisson;
    }

    Optional<Spread> figure(Figure figure) {
        return Optional.ofNullable(figures.get(figure));
    }

    Optional<Spread> ratio(Figure figure, String against) {
        return Optional.ofNullable(ratios.getOrDefault(against, Map.of()).get(figure));
    }

    private static Summary of(Results phase, String contender, List<String> comparedWith) {
        Results own = phase.of(contender);
        Map<Figure, Spread> figures = new EnumMap<>(Figure.class);
        Map<String, Map<Figure, Spread>> ratios = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            own.spread(figure).ifPresent(spread -> figures.put(figure, spread));
            for (String other : comparedWith) {
                own.ratio(figure, phase.of(other))
                        .ifPresent(spread -> ratios.computeIfAbsent(other, _ -> new EnumMap<>(Figure.class))
                                .put(figure, spread));
            }
        }
        Turn any = phase.turns().getFirst();
        return new Summary(any.work(), any.arrivals(), contender, figures, ratios, own.errors());
    }
}
