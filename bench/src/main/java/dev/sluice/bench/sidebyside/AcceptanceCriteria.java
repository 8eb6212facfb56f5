package dev.sluice.bench.sidebyside;

import static dev.sluice.bench.sidebyside.CostFigure.P99;
import static dev.sluice.bench.sidebyside.CostFigure.PICKER_CPU;
import static dev.sluice.bench.sidebyside.CostFigure.RATE;
import static dev.sluice.bench.sidebyside.CostFigure.RESPONSE_P50;
import static dev.sluice.bench.sidebyside.PickerContender.NO_OP;
import static dev.sluice.bench.sidebyside.PickerContender.SLUICE;
import static dev.sluice.bench.sidebyside.RatioLimit.atLeast;
import static dev.sluice.bench.sidebyside.RatioLimit.atMost;
import static dev.sluice.bench.sidebyside.Work.LONG;
import static dev.sluice.bench.sidebyside.Work.SMALL;
import static dev.sluice.bench.sidebyside.Work.SSE;
import static dev.sluice.bench.sidebyside.Work.SSE_HEADERS;

import java.util.List;
import java.util.stream.Stream;

/// The limits that are asked of a run, as ratios within it: a machine's speed is in both sides of each.
final class AcceptanceCriteria {
    private AcceptanceCriteria() {}

    /// The reasons why a run counts for nothing: a slow no-op flatters every ratio to it.
    ///
    /// The factors are those of the llm-d Router, the picker that users would run otherwise.
    static Stream<String> faults(CostResults results, String reference) {
        return Stream.of(
                        atLeast(SMALL, PICKER_CPU, reference, 4.5, NO_OP),
                        atLeast(LONG, PICKER_CPU, reference, 18, NO_OP),
                        atLeast(SSE, PICKER_CPU, reference, 2.6, NO_OP))
                .flatMap(limit -> limit.measured(results).flatMap(ratio -> limit.violation(ratio.median())).stream());
    }

    /// The ratios that Sluice's picker is to reach.
    static List<RatioLimit> targets(String reference) {
        return List.of(
                atMost(SMALL, PICKER_CPU, SLUICE, 1.5, NO_OP),
                atMost(LONG, PICKER_CPU, SLUICE, 2, NO_OP),
                atMost(SSE, PICKER_CPU, SLUICE, 1.3, NO_OP),
                atMost(SMALL, PICKER_CPU, SLUICE, 1 / 4d, reference),
                atMost(LONG, PICKER_CPU, SLUICE, 1 / 10d, reference),
                atMost(SSE, PICKER_CPU, SLUICE, 1 / 2.5, reference),
                atLeast(SMALL, RATE, SLUICE, 1.7, reference),
                atLeast(LONG, RATE, SLUICE, 4, reference),
                atMost(SMALL, P99, SLUICE, 0.5, reference).whenPaced(),
                atMost(LONG, P99, SLUICE, 0.5, reference).whenPaced(),
                atMost(SSE_HEADERS, RESPONSE_P50, SLUICE, 1.1, PickerContender.NONE.name())
                        .whenPaced());
    }

    /// The regressions of a change: the targets, with a margin for short rounds on a shared machine, and
    /// answers.
    static Stream<String> regressions(CostResults results) {
        return Stream.concat(
                Stream.of(
                                atMost(SMALL, PICKER_CPU, SLUICE, 2.8, NO_OP),
                                atMost(LONG, PICKER_CPU, SLUICE, 4.0, NO_OP),
                                atMost(SSE, PICKER_CPU, SLUICE, 2.4, NO_OP))
                        .flatMap(limit -> limit.lowest(results).flatMap(limit::violation).stream()),
                results.turns().stream()
                        .filter(turn ->
                                turn.window().errors() > 0 || turn.window().requests() == 0)
                        .map(turn -> "%s, round %d: %s answered %d requests, and failed %d"
                                .formatted(
                                        turn.work(),
                                        turn.round() + 1,
                                        turn.contender(),
                                        turn.window().requests(),
                                        turn.window().errors())));
    }
}
