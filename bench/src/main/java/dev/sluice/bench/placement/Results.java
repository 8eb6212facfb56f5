package dev.sluice.bench.placement;

import dev.sluice.bench.rig.Spread;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// All turns of a run, and what they say over the rounds.
record Results(List<Turn> turns) {
    /// What `--check` and the comparison judge: lower is better.
    static final List<Figure> JUDGED = List.of(Figure.TTFT_MEAN, Figure.TTFT_P90, Figure.DURATION_MEAN);

    /// How much worse a contender is than the best of the others.
    ///
    /// @param ratio of its median to the best other one's
    record Distance(Figure figure, String best, double ratio) {}

    Results {
        turns = List.copyOf(turns);
    }

    Results of(String contender) {
        return new Results(turns.stream()
                .filter(turn -> turn.contender().equals(contender))
                .toList());
    }

    Optional<Spread> spread(Figure figure) {
        return Spread.of(turns.stream().mapToDouble(turn -> turn.figure(figure)));
    }

    /// How many times the other's figure, taken within each round.
    Optional<Spread> ratio(Figure figure, Results other) {
        return Spread.of(turns.stream()
                .flatMapToDouble(turn -> other.turns.stream()
                        .filter(each -> each.round() == turn.round())
                        .mapToDouble(each -> turn.figure(figure) / each.figure(figure))));
    }

    long errors() {
        return turns.stream()
                .mapToLong(turn ->
                        turn.errors().values().stream().mapToLong(each -> each).sum())
                .sum();
    }

    long requests() {
        return turns.stream().mapToLong(Turn::requests).sum();
    }

    /// Empty where it or all others have no such figure.
    Optional<Distance> distance(Figure figure, String contender, List<String> others) {
        Optional<Best> best = others.stream()
                .flatMap(other -> of(other).spread(figure).map(spread -> new Best(other, spread.median())).stream())
                .min(Comparator.comparingDouble(Best::median));
        return of(contender)
                .spread(figure)
                .flatMap(own -> best.map(other -> new Distance(figure, other.name(), own.median() / other.median())));
    }

    private record Best(String name, double median) {}
}
