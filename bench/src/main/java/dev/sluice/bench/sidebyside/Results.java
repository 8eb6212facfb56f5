package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.Spread;
import java.util.List;
import java.util.Optional;

/// All turns of a run, and what they say over the rounds.
record Results(List<Turn> turns) {
    Results {
        turns = List.copyOf(turns);
    }

    Results of(Work work, boolean paced) {
        return new Results(turns.stream()
                .filter(turn -> turn.work() == work && turn.isPaced() == paced)
                .toList());
    }

    Results of(String contender) {
        return new Results(turns.stream()
                .filter(turn -> turn.contender().equals(contender))
                .toList());
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    long errors() {
        return turns.stream().mapToLong(turn -> turn.window().errors()).sum();
    }

    Optional<Spread> spread(Figure figure) {
        return Spread.of(turns.stream().mapToDouble(figure::of));
    }

    /// How many times the other's figure: taken within each round, so that what disturbs a round disturbs both.
    Optional<Spread> ratio(Figure figure, Results other) {
        return Spread.of(turns.stream()
                .flatMapToDouble(turn -> other.turns.stream()
                        .filter(each -> each.round() == turn.round())
                        .mapToDouble(each -> figure.of(turn) / figure.of(each))));
    }
}
