package dev.sluice.bench.sidebyside;

import dev.sluice.bench.rig.RoundsRange;
import java.util.List;
import java.util.Optional;

/// All turns of a run, and what they say over the rounds.
record CostResults(List<CostTrial> turns) {
    CostResults {
        turns = List.copyOf(turns);
    }

    CostResults of(Work work, boolean paced) {
        return new CostResults(turns.stream()
                .filter(turn -> turn.work() == work && turn.isPaced() == paced)
                .toList());
    }

    CostResults of(String contender) {
        return new CostResults(turns.stream()
                .filter(turn -> turn.contender().equals(contender))
                .toList());
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    long errors() {
        return turns.stream().mapToLong(turn -> turn.window().errors()).sum();
    }

    Optional<RoundsRange> spread(CostFigure figure) {
        return RoundsRange.of(turns.stream().mapToDouble(figure::of));
    }

    /// The ratio to the other's figure, taken within each round, so that what disturbs a round disturbs both.
    Optional<RoundsRange> ratio(CostFigure figure, CostResults other) {
        return RoundsRange.of(turns.stream()
                .flatMapToDouble(turn -> other.turns.stream()
                        .filter(each -> each.round() == turn.round())
                        .mapToDouble(each -> figure.of(turn) / figure.of(each))));
    }
}
