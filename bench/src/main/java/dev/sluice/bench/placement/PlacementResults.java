package dev.sluice.bench.placement;

import dev.sluice.bench.rig.RoundsRange;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// All turns of a run, and what they say over the rounds.
record PlacementResults(List<PlacementTrial> turns) {
    /// The figures that `--check` and the comparison judge: lower is better.
    static final List<PlacementFigure> JUDGED =
            List.of(PlacementFigure.TTFT_MEAN, PlacementFigure.TTFT_P90, PlacementFigure.DURATION_MEAN);

    /// The distance of a contender to the best of the others.
    ///
    /// @param ratio of its median to the best other one's
    record Distance(PlacementFigure figure, String best, double ratio) {}

    PlacementResults {
        turns = List.copyOf(turns);
    }

    PlacementResults of(String contender) {
        return new PlacementResults(turns.stream()
                .filter(turn -> turn.contender().equals(contender))
                .toList());
    }

    Optional<RoundsRange> spread(PlacementFigure figure) {
        return RoundsRange.of(turns.stream().mapToDouble(turn -> turn.figure(figure)));
    }

    /// The ratio to the other's figure, taken within each round.
    Optional<RoundsRange> ratio(PlacementFigure figure, PlacementResults other) {
        return RoundsRange.of(turns.stream()
                .flatMapToDouble(turn -> other.turns.stream()
                        .filter(each -> each.round() == turn.round())
                        .mapToDouble(each -> turn.figure(figure) / each.figure(figure))));
    }

    long errors() {
        return turns.stream()
                .mapToLong(turn -> turn.responses().errors().values().stream()
                        .mapToLong(each -> each)
                        .sum())
                .sum();
    }

    long requests() {
        return turns.stream().mapToLong(PlacementTrial::requests).sum();
    }

    /// Empty where it or all others have no such figure.
    Optional<Distance> distance(PlacementFigure figure, String contender, List<String> others) {
        Optional<Best> best = others.stream()
                .flatMap(other -> of(other).spread(figure).map(spread -> new Best(other, spread.median())).stream())
                .min(Comparator.comparingDouble(Best::median));
        return of(contender)
                .spread(figure)
                .flatMap(own -> best.map(other -> new Distance(figure, other.name(), own.median() / other.median())));
    }

    private record Best(String name, double median) {}
}
