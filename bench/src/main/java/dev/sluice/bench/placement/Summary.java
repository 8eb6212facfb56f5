package dev.sluice.bench.placement;

import dev.sluice.bench.rig.Spread;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one contender came to over all rounds.
///
/// @param distances how much worse it is than the best of the others
/// @param ratios to Envoy's round robin, where that was measured
record Summary(
        String contender,
        Map<Figure, Spread> figures,
        Map<Figure, Results.Distance> distances,
        Map<Figure, Spread> ratios,
        long errors) {

    static Summary of(Results results, Contender contender, List<Contender> contenders) {
        Results own = results.of(contender.name());
        Results reference = results.of(Contender.EnvoyRoundRobin.NAME);
        Map<Figure, Spread> figures = new EnumMap<>(Figure.class);
        Map<Figure, Results.Distance> distances = new EnumMap<>(Figure.class);
        Map<Figure, Spread> ratios = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            own.spread(figure).ifPresent(spread -> figures.put(figure, spread));
        }
        for (Figure figure : Results.JUDGED) {
            results.distance(figure, contender.name(), Verdict.others(contender, contenders))
                    .ifPresent(distance -> distances.put(figure, distance));
            own.ratio(figure, reference).ifPresent(ratio -> ratios.put(figure, ratio));
        }
        return new Summary(contender.name(), figures, distances, ratios, own.errors());
    }

    Optional<Spread> figure(Figure figure) {
        return Optional.ofNullable(figures.get(figure));
    }

    Optional<Results.Distance> distance(Figure figure) {
        return Optional.ofNullable(distances.get(figure));
    }

    Optional<Spread> ratio(Figure figure) {
        return Optional.ofNullable(ratios.get(figure));
    }
}
