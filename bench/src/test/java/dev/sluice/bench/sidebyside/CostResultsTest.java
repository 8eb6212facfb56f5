package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.RoundsRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CostResultsTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-9);

    private final List<CostTrial> turns = new ArrayList<>();

    @Test
    void medianOfAnEvenCountLiesBetween() {
        assertThat(RoundsRange.of(DoubleStream.of(4, 1, 3, 2))).contains(new RoundsRange(2.5, 1, 4));
        assertThat(RoundsRange.of(DoubleStream.of(9, 1, 3))).contains(new RoundsRange(3, 1, 9));
    }

    @Test
    void whatIsNoNumberIsNoRound() {
        assertThat(RoundsRange.of(DoubleStream.of(Double.NaN, 2))).contains(new RoundsRange(2, 2, 2));
        assertThat(RoundsRange.of(DoubleStream.of(Double.NaN))).isEmpty();
    }

    /// All rounds but one are slow for both: the ratio of medians would say 10, and no round says so.
    @Test
    void ratiosAreTakenWithinARound() {
        add(Work.SMALL, "no-op", 1, 100, 10);
        add(Work.SMALL, "sluice", 2, 200, 10);
        CostResults results = new CostResults(turns);
        RoundsRange ratio = results.of("sluice")
                .ratio(CostFigure.PICKER_CPU, results.of("no-op"))
                .orElseThrow();
        assertThat(ratio.median()).isEqualTo(2, EXACT);
        assertThat(ratio.max()).isEqualTo(2, EXACT);
        assertThat(results.of("none").ratio(CostFigure.PICKER_CPU, results.of("no-op")))
                .isEmpty();
    }

    @Test
    void aRunIsVoidWhenTheNoOpIsSlow() {
        add(Work.SMALL, "no-op", 2);
        add(Work.SMALL, "llm-d", 8.9);
        add(Work.SSE, "no-op", 1);
        add(Work.SSE, "llm-d", 2.7);
        assertThat(AcceptanceCriteria.faults(new CostResults(turns), "llm-d"))
                .singleElement()
                .asString()
                .contains("small", "4.50 × no-op", "4.45");
        assertThat(AcceptanceCriteria.faults(new CostResults(turns), "another")).isEmpty();
    }

    @Test
    void aRegressionIsTooManyTimesTheNoOp() {
        add(Work.LONG, "no-op", 1, 3, 1);
        add(Work.LONG, "sluice", 30, 2.5, 40);
        assertThat(AcceptanceCriteria.regressions(new CostResults(turns))).isEmpty();
        turns.clear();
        add(Work.LONG, "no-op", 1);
        add(Work.LONG, "sluice", 4.1);
        assertThat(AcceptanceCriteria.regressions(new CostResults(turns)))
                .singleElement()
                .asString()
                .contains("long");
    }

    @Test
    void aPickerThatAnswersNothingFailsTheCheck() {
        turns.add(turn(Work.SMALL, "sluice", 0, new Tally.Window(0, 0, 1, new Tally.Percentiles(0, 0, 0), 0), 1));
        assertThat(AcceptanceCriteria.regressions(new CostResults(turns))).hasSize(1);
    }

    @Test
    void theJsonOfATrialHasItsFiguresSideBySide() {
        Tally.Window window = new Tally.Window(10, 3, 1, new Tally.Percentiles(1, 2, 3), 1);
        JsonNode trial = new ObjectMapper().valueToTree(turn(Work.SMALL, "sluice", 1, window, 0.014));
        assertThat(trial.fieldNames())
                .toIterable()
                .contains("window", "pickerCpuSeconds", "envoyCpuSeconds", "harnessCpuSeconds")
                .doesNotContain("cpu");
        assertThat(trial.path("window").fieldNames())
                .toIterable()
                .containsExactly("requests", "errors", "seconds", "p50Ms", "p90Ms", "p99Ms", "responseP50Ms");
    }

    @Test
    void theReportShowsWhatWasMeasuredAndMarksErrors() {
        add(Work.SMALL, "no-op", 1);
        add(Work.SMALL, "sluice", 1.4);
        turns.add(turn(Work.SMALL, "sluice", 1, new Tally.Window(10, 3, 1, new Tally.Percentiles(1, 2, 3), 1), 0.014));
        CostResults results = new CostResults(turns);
        List<CostSummary> summaries = CostSummary.of(results, List.of("no-op", "sluice"), List.of("no-op"));
        Machine machine = new Machine("cpu", 2, "6", "25", "1.40", List.of());
        assertThat(new CostReport(machine, results, summaries, "no-op", AcceptanceCriteria.targets("llm-d")).markdown())
                .contains("### small", "| sluice |", "1.40 (1.40–1.40)", "**3**")
                .contains("sluice ≤ 1.50 × no-op | 1.40 (1.40–1.40) | met")
                .doesNotContain("llm-d", "### long");
    }

    /// A turn in each round, of a request whose CPU time was so many milliseconds.
    private void add(Work work, String contender, double... millis) {
        for (int round = 0; round < millis.length; round++) {
            Tally.Window window = new Tally.Window(1, 0, 1, new Tally.Percentiles(1, 1, 1), 1);
            turns.add(turn(work, contender, round, window, millis[round] / 1e3));
        }
    }

    private static CostTrial turn(Work work, String contender, int round, Tally.Window window, double cpuSeconds) {
        CostTrial.CpuTimes cpu = new CostTrial.CpuTimes(cpuSeconds, 1, 1);
        return new CostTrial(work, contender, round, new Arrivals.Closed(), window, cpu);
    }
}
