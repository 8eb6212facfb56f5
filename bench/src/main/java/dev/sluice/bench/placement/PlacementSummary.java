package dev.sluice.bench.placement;

import dev.sluice.bench.rig.RoundsRange;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The summary of one contender over all rounds.
///
/// @param distances how much worse it is than the best of the others
/// @param ratios to Envoy's round robin, where that was measured
record PlacementSummary(
        String contender,
        Map<PlacementFigure, RoundsRange> figures,
        Map<PlacementFigure, PlacementResults.Distance> distances,
        Map<PlacementFigure, RoundsRange> ratios,
        long errors) {

    static PlacementSummary of(PlacementResults results, Contender contender, List<Contender> contenders) {
        PlacementResults own = results.of(contender.name());
        PlacementResults reference = results.of(Contender.EnvoyRoundRobin.NAME);
        Map<PlacementFigure, RoundsRange> figures = new EnumMap<>(PlacementFigure.class);
        Map<PlacementFigure, PlacementResults.Distance> distances = new EnumMap<>(PlacementFigure.class);
        Map<PlacementFigure, RoundsRange> ratios = new EnumMap<>(PlacementFigure.class);
        for (PlacementFigure figure : PlacementFigure.values()) {
            own.spread(figure).ifPresent(spread -> figures.put(figure, spread));
        }
        for (PlacementFigure figure : PlacementResults.JUDGED) {
            results.distance(figure, contender.name(), Verdict.others(contender, contenders))
                    .ifPresent(distance -> distances.put(figure, distance));
            own.ratio(figure, reference).ifPresent(ratio -> ratios.put(figure, ratio));
        }
        return new PlacementSummary(contender.name(), figures, distances, ratios, own.errors());
    }

    Optional<RoundsRange> figure(PlacementFigure figure) {
        return Optional.ofNullable(figures.get(figure));
    }

    Optional<PlacementResults.Distance> distance(PlacementFigure figure) {
        return Optional.ofNullable(distances.get(figure));
    }

    Optional<RoundsRange> ratio(PlacementFigure figure) {
        return Optional.ofNullable(ratios.get(figure));
    }
}
