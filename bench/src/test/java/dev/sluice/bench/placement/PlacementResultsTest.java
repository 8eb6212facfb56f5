package dev.sluice.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.placement.load.Sample;
import dev.sluice.bench.rig.Machine;
import dev.sluice.bench.rig.RoundsRange;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementResultsTest {
    private static final List<Contender> CONTENDERS = Stream.of(
                    "cost", "cost-warm", "least-request", "envoy-round-robin")
            .map(Contender::ofPolicy)
            .toList();
    private static final PlacementTrial.Meanwhile UNKNOWN = new PlacementTrial.Meanwhile(
            Double.NaN, Double.NaN, Double.NaN, Map.of("a", 0.0, "b", 1.0, "c", Double.NaN));

    private final PlacementResults results = new PlacementResults(List.of(
            turn("cost", 0, 12),
            turn("cost-warm", 0, 6),
            turn("least-request", 0, 10),
            turn("envoy-round-robin", 0, 20),
            turn("cost", 1, 14),
            turn("cost-warm", 1, 8),
            turn("least-request", 1, 10),
            turn("envoy-round-robin", 1, 28)));

    @Test
    void quantilesAreNearestRanks() {
        Quantiles quantiles = Quantiles.of(IntStream.rangeClosed(1, 10).asDoubleStream());
        assertThat(quantiles.at(0.9)).isEqualTo(9);
        assertThat(quantiles.at(0.99)).isEqualTo(10);
        assertThat(quantiles.mean()).isEqualTo(5.5);
        assertThat(Quantiles.of(DoubleStream.of(Double.NaN)).at(0.5)).isNaN();
    }

    @Test
    void aTurnTellsFiguresServersAndErrors() {
        PlacementTrial turn = PlacementTrial.of(
                "x",
                0,
                List.of(
                        new Sample(1, 10, 30, 2, "a", null),
                        new Sample(2, 30, 50, 4, "a", null),
                        Sample.failed(3, "b", "status 503")),
                UNKNOWN,
                null);
        assertThat(turn.figure(PlacementFigure.TTFT_MEAN)).isEqualTo(20);
        assertThat(turn.figure(PlacementFigure.DURATION_MEAN)).isEqualTo(40);
        assertThat(turn.figure(PlacementFigure.TPOT_P90)).isEqualTo(4);
        assertThat(turn.figure(PlacementFigure.LATENESS_P99)).isEqualTo(3);
        assertThat(turn.figure(PlacementFigure.ERRORS)).isOne();
        assertThat(turn.responses().perServer()).isEqualTo(Map.of("a", 2, "b", 1, "c", 0));
        assertThat(turn.responses().errors()).isEqualTo(Map.of("status 503", 1L));
        assertThat(turn.figures()).doesNotContainKey(PlacementFigure.HIT_RATIO);
    }

    @Test
    void whereNoResponseNamesItsServerTheServersCount() {
        PlacementTrial turn = PlacementTrial.of("x", 0, List.of(new Sample(1, 10, 30, 2, null, null)), UNKNOWN, null);
        assertThat(turn.responses().perServer()).isEqualTo(Map.of("a", 0, "b", 1));
    }

    @Test
    void aPolicyIsNotComparedWithItselfInAnotherState() {
        PlacementSummary cost = PlacementSummary.of(results, CONTENDERS.getFirst(), CONTENDERS);
        assertThat(cost.distance(PlacementFigure.TTFT_MEAN)).hasValueSatisfying(distance -> {
            assertThat(distance.best()).isEqualTo("least-request");
            assertThat(distance.ratio()).isCloseTo(1.3, within(1e-9));
        });
        assertThat(cost.ratio(PlacementFigure.TTFT_MEAN)).contains(new RoundsRange(0.55, 0.5, 0.6));
    }

    @Test
    void aCheckNamesWhatIsWorseThanItMayBe() {
        assertThat(Verdict.misses(results, CONTENDERS, 1.4)).isEmpty();
        assertThat(Verdict.misses(results, CONTENDERS, 1.2))
                .hasSize(3)
                .first()
                .asString()
                .isEqualTo(
                        "cost: time to first token, mean ms is 1.30 times that of least-request, where at most 1.20 is"
                                + " wanted");
    }

    @Test
    void aLateClientOrFailedRequestsMakeARunVoid() {
        PlacementTrial failed =
                PlacementTrial.of("cost", 0, List.of(Sample.failed(80, null, "status 503")), UNKNOWN, null);
        assertThat(Verdict.faults(results, CONTENDERS, 50)).isEmpty();
        assertThat(Verdict.faults(new PlacementResults(List.of(failed)), CONTENDERS, 50))
                .hasSize(2)
                .anySatisfy(fault -> assertThat(fault).contains("cost: the client sent requests 80.0 ms late"))
                .anySatisfy(fault -> assertThat(fault).contains("cost: 1 of 1 requests failed"));
    }

    @Test
    void theReportShowsMediansRatiosAndErrors() {
        Machine machine = new Machine("cpu", 2, "6", "25", "1.40", List.of());
        PlacementReport.Setting setting = new PlacementReport.Setting(machine, List.of("a", "b"), "a load", 2, false);
        List<PlacementSummary> summaries = CONTENDERS.stream()
                .map(contender -> PlacementSummary.of(results, contender, CONTENDERS))
                .toList();
        assertThat(new PlacementReport(setting, summaries, results.turns()).markdown())
                .contains("2 servers", "a load; texts new in each turn", "| cost | 13.0 (12.0–14.0) |")
                .contains("| cost | × 1.30 (least-request) |", "| envoy-round-robin | 1.00 (1.00–1.00) |")
                .doesNotContain("### Errors");
        PlacementTrial failed =
                PlacementTrial.of("cost", 0, List.of(Sample.failed(1, null, "status 503")), UNKNOWN, null);
        assertThat(new PlacementReport(setting, summaries, List.of(failed)).markdown())
                .contains("### Errors", "* cost: status 503 (1 times)");
    }

    private static PlacementTrial turn(String contender, int round, double millis) {
        return PlacementTrial.of(
                contender, round, List.of(new Sample(0, millis, 2 * millis, 1, "a", null)), UNKNOWN, null);
    }
}
